/** The patient's own progress: what the server worked out, with this phone's newer answers in their days. */

import type { Progress } from "./api";
import { call } from "./call";
import type { CheckInEntryOfDay } from "./checkin";
import type { Day } from "./dates";
import type { Store } from "./db";

export async function knownProgress(store: Store): Promise<Progress | undefined> {
  return (await store.get("single", "progress")) as Progress | undefined;
}

export async function refreshProgress(store: Store): Promise<Progress> {
  const progress = await call<Progress>("GET", "/api/me/progress");
  await store.put("single", progress, "progress");
  return progress;
}

/** Asks for the progress unless what this phone has reaches `today`. */
export async function keepProgress(store: Store, today: Day): Promise<void> {
  const kept = await knownProgress(store);
  if (kept?.days.at(-1)?.day !== today) await refreshProgress(store);
}

/** The days with the answers and the exercises that this phone knows laid over them. */
export function daysWith(
  progress: Progress,
  checkIns: readonly CheckInEntryOfDay[],
  exercised: ReadonlySet<Day>,
): Progress["days"] {
  const answers = new Map(checkIns.map((entry) => [entry.day, entry]));
  return progress.days.map((day) => {
    const answer = answers.get(day.day);
    return {
      ...day,
      ...(answer && { painNow: answer.painNow, soreness: answer.soreness ?? null }),
      ...(exercised.has(day.day) && { exercise: "done" as const }),
    };
  });
}
