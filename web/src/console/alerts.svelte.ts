/**
 * The open alerts: listed on their own screen, counted in the bar. Asked for as the therapist moves from page to page,
 * never by a timer: a question that nobody asked would keep an unattended desk signed in. The number in the bar is a
 * convenience; the alerts screen itself shows a problem.
 */

import { call } from "../core/call";
import { Shared } from "./shared.svelte";

export const openAlerts = new Shared(() => call("GET /api/alerts"));

/** The severities to act on. */
const PRESSING = ["critical", "high", "normal"];

/** The number of open alerts to act on. */
export function countOfAlerts(): number {
  return openAlerts.data?.filter(({ severity, snooze }) => !snooze && PRESSING.includes(severity)).length ?? 0;
}
