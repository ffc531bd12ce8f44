/** An answer beside that of a week before, from this phone's own check-ins. */

import type { CheckInEntryOfDay } from "./checkin";
import { addDays, type Day } from "./dates";

/** Points from which a difference of two pain scores counts (alert-rules.yaml, pain_in_words). */
export const painCounts = 2;

export type PainChange = "lower" | "same" | "higher";

export function painChange(now: number, before: number): PainChange {
  if (Math.abs(now - before) < painCounts) return "same";
  return now < before ? "lower" : "higher";
}

/** The answer of about a week before a day: of seven days before, else of the day next to that. */
export function aWeekBefore(day: Day, checkIns: readonly CheckInEntryOfDay[]): CheckInEntryOfDay | undefined {
  const days = [7, 8, 6, 9, 5].map((back) => addDays(day, -back));
  return checkIns
    .filter((entry) => days.includes(entry.day))
    .sort((one, other) => days.indexOf(one.day) - days.indexOf(other.day))[0];
}

/** A day as the chart draws it. */
export type ChartDay = { day: Day; painNow: number | null; soreness?: number | null };

/** The last seven days up to a day, as this phone's check-ins have them. */
export function weekUpTo(day: Day, checkIns: readonly CheckInEntryOfDay[]): ChartDay[] {
  return [6, 5, 4, 3, 2, 1, 0].map((back) => {
    const each = addDays(day, -back);
    return { day: each, painNow: checkIns.find((entry) => entry.day === each)?.painNow ?? null };
  });
}
