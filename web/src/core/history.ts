/** The copies of the check-ins of the last weeks. */

import type { CheckIn } from "./api";
import { call } from "./call";
import { askAndKeep } from "./copies";
import type { Store, Tx } from "./db";
import { confirmedSince } from "./plan";

/** Fetches the check-ins of the last 90 days, and replaces this phone's copies. */
export async function refreshCheckIns(store: Store, now: number): Promise<void> {
  const fetched = () => call("GET /api/me/checkins");
  const keep = async (tx: Tx, found: CheckIn[]): Promise<void> => {
    const newer = await confirmedSince(tx, now);
    const checkIns = tx.objectStore("checkins");
    for (const { day } of await checkIns.getAll()) if (!newer.has(`checkin/${day}`)) await checkIns.delete(day);
    for (const entry of found) if (!newer.has(`checkin/${entry.day}`)) await checkIns.put(entry);
  };
  await askAndKeep(store, fetched, keep, ["checkins", "sent"]);
}

/** Keeps only the check-ins that this helper entered, once the patient does not let them read the others. */
export async function forgetHistory(store: Store): Promise<void> {
  await store.remove("single", "progress");
  await store.write(["checkins"], async (tx) => {
    const checkIns = tx.objectStore("checkins");
    for (const { day, enteredBy } of await checkIns.getAll()) if (!enteredBy?.helper) await checkIns.delete(day);
  });
}
