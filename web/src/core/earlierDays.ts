/** Days before those of the progress: asked for six weeks at a time while they are looked at, and not kept. */

import { call } from "./call";
import type { Day } from "./dates";
import type { ProgressDay } from "./progressDays";

export type EarlierDays = {
  days: readonly ProgressDay[];
  needled: readonly Day[];
  /** Whether there are days before these. */
  more: boolean;
};

/** Those that are known with the six weeks before the first of all days. */
export async function withEarlier(known: EarlierDays, first: Day): Promise<EarlierDays> {
  const { days, needled, more } = await call("GET /api/me/progress/days", { query: { before: first } });
  return { days: [...days, ...known.days], needled: [...needled, ...known.needled], more };
}
