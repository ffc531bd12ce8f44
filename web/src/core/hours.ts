/** The clinic's opening times as this phone keeps them, and what holds at an instant. */

import type { ClinicOpenings } from "./api";
import { call } from "./call";
import { askAndKeep } from "./copies";
import type { Store } from "./db";

export type HoursNow =
  | { open: true; until: Date }
  /** `opens`: undefined when the clinic opens on none of the days that are known. */
  | { open: false; opens: Date | undefined; onCall: boolean };

/** Fetches the opening times of the next two weeks. */
export async function refreshHours(store: Store): Promise<void> {
  const keep = (tx: Parameters<Parameters<typeof askAndKeep>[2]>[0], found: ClinicOpenings): Promise<unknown> =>
    tx.objectStore("single").put(found, "clinicHours");
  await askAndKeep(store, () => call("GET /api/me/clinic-hours"), keep);
}

/** Undefined where the clinic never entered its hours, and after the two weeks: then nothing is said about them. */
export function hoursAt(kept: ClinicOpenings | undefined, now: Date): HoursNow | undefined {
  if (!kept?.known || !kept.until || Date.parse(kept.until) <= +now) return undefined;
  const covers = ({ beginsAt, endsAt }: { beginsAt: string; endsAt: string }): boolean =>
    Date.parse(beginsAt) <= +now && +now < Date.parse(endsAt);
  const open = kept.open?.find(covers);
  if (open) return { open: true, until: new Date(open.endsAt) };
  const next = kept.open?.find(({ beginsAt }) => Date.parse(beginsAt) > +now);
  return {
    open: false,
    opens: next && new Date(next.beginsAt),
    onCall: (kept.onCall ?? []).some(covers),
  };
}
