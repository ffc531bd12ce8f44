/**
 * How many alerts are open, for the bar. Asked for as the therapist moves from page to page, never by a timer: a
 * question that nobody asked would keep an unattended desk signed in.
 */

import { call, Problem } from "../core/call";
import type { Alert } from "./wire";

const freshMs = 60_000;
let open = $state(0);
let looked = 0;

export const worklist = {
  get open(): number {
    return open;
  },
};

/** Asks again unless the answer is less than a minute old. */
export async function glance(): Promise<void> {
  if (Date.now() - looked > freshMs) await look();
}

export async function look(): Promise<void> {
  looked = Date.now();
  try {
    count(await call("GET /api/alerts"));
  } catch (error) {
    // The number in the bar is a convenience: the alerts screen itself says what is wrong.
    if (!(error instanceof Problem)) throw error;
  }
}

export function count(alerts: readonly Alert[]): void {
  looked = Date.now();
  open = alerts.filter(({ severity }) => severity === "high" || severity === "normal").length;
}
