/** A mistaken tap: a second answer to the safety screen, by which the person takes the first one back. */

import type { Entry } from "./entry";
import { safetyOutboxEntry } from "./warning";

/** The answers by which the person says that those of a warning were a mistake; signs that do hold go with the first. */
export function retractions(
  answers: readonly string[],
  newId: () => string,
  now: Date,
  timeZone: string,
  safetyYes: string[],
  otherText?: string,
): Entry[] {
  return answers.map((retracts, n) =>
    safetyOutboxEntry(newId(), now, timeZone, n ? [] : safetyYes, n ? { retracts } : { retracts, otherText }),
  );
}
