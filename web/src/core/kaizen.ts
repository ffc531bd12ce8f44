/** Start small: when the app offers the smallest version first, instead of counting what was missed. */

import type { Plan } from "./api";
import { type Day, daysBetween, localDay } from "./dates";
import type { KnownLog } from "./today";

/** Why the smallest version comes first: everything is new, or nothing was done for some days. */
export type Ease = "first-days" | "coming-back";

/** So many days a plan is new, and after so many days without an exercise it is hard to begin again. */
const newDays = 3;
const awayDays = 3;

export function easeOf(plan: Plan, logs: readonly KnownLog[], today: Day, zone?: string): Ease | undefined {
  if (!plan.revision) return undefined;
  const done = logs.filter(({ slug, counts }) => counts && plan.items[slug]?.kind === "exercise").map(({ day }) => day);
  const last = done.sort().at(-1);
  if (last !== undefined) return daysBetween(last, today) >= awayDays ? "coming-back" : undefined;
  const since = daysBetween(localDay(new Date(plan.revision.effectiveFrom), zone), today);
  return since < newDays ? "first-days" : "coming-back";
}
