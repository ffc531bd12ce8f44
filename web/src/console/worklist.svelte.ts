/** How many alerts are open, for the bar. Asked for at the start, every five minutes, and after each acknowledgement. */

import { call, Problem } from "../core/call";
import type { Alert } from "./wire";

const everyMs = 300_000;
let open = $state(0);

export const worklist = {
  get open(): number {
    return open;
  },
};

/** Looks now and again every five minutes while the page is visible. Returns the way to stop. */
export function watchWorklist(): () => void {
  void look();
  const timer = setInterval(() => {
    if (document.visibilityState === "visible") void look();
  }, everyMs);
  return () => clearInterval(timer);
}

export async function look(): Promise<void> {
  try {
    count(await call<Alert[]>("GET", "/api/alerts"));
  } catch (error) {
    // The number in the bar is a convenience: the alerts screen itself says what is wrong.
    if (!(error instanceof Problem)) throw error;
  }
}

export function count(alerts: readonly Alert[]): void {
  open = alerts.filter(({ severity }) => severity === "high" || severity === "normal").length;
}
