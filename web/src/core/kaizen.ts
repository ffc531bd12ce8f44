/** Start small: when the app offers the smallest version first, instead of counting what was missed. */

import type { Plan } from "./api";
import { type Day, daysBetween, localDay } from "./dates";
import type { KnownLog } from "./today";

/** The reason why the smallest version comes first: the plan is new, or nothing was done for some days. */
export type Ease = "first-days" | "coming-back";

/** Days for which a plan is new, and days without an exercise after which it is hard to begin again. */
const newDays = 3;
const awayDays = 3;

export function easeOf(plan: Plan, logs: readonly KnownLog[], today: Day, zone?: string): Ease | undefined {
  if (!plan.revision) return undefined;
  const done = logs.filter(({ slug, counts }) => counts && plan.items[slug]?.kind === "exercise").map(({ day }) => day);
  const [first, last] = [done.sort()[0], done.at(-1)];
  const begun = localDay(new Date(plan.revision.effectiveFrom), zone);
  // Who exercised before this revision knows the plan, however new the revision is.
  if ((first === undefined || first >= begun) && daysBetween(begun, today) < newDays) return "first-days";
  return last === undefined || daysBetween(last, today) >= awayDays ? "coming-back" : undefined;
}
