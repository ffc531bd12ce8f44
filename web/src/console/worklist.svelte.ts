/**
 * The number of open alerts, for the bar. Read as the therapist moves from page to page, never by a timer: a timer
 * would keep an unattended desk signed in.
 */

import { call, Problem } from "../core/call";
import type { Alert } from "./wire";

const freshMs = 60_000;
let open = $state(0);
let readAt = 0;

export const worklist = {
  get open(): number {
    return open;
  },
};

/** Asks again unless the answer is less than a minute old. */
export async function glance(): Promise<void> {
  if (Date.now() - readAt > freshMs) await readCount();
}

export async function readCount(): Promise<void> {
  readAt = Date.now();
  try {
    count(await call("GET /api/alerts"));
  } catch (error) {
    // The number in the bar is a convenience: the alerts screen itself says what is wrong.
    if (!(error instanceof Problem)) throw error;
  }
}

export function count(alerts: readonly Alert[]): void {
  readAt = Date.now();
  open = alerts.filter(({ severity }) => severity === "high" || severity === "normal").length;
}
