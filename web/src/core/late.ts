/** The copies that a visit fetches late: check-ins, questions after needling, the next visit, opening times. */

import type { MyOutcomes, MyVisits } from "./api";
import { call } from "./call";
import { askAndKeep, knownMe } from "./copies";
import { deviceZone } from "./dates";
import type { Store, Tx } from "./db";
import { refreshHours } from "./hours";
import { forgetHistory, refreshCheckIns } from "./history";
import { confirmedSince } from "./plan";
import { reportZone } from "./reminders";

/** Fetches it all; for a helper what the patient allows. A refused question stops no other. */
export async function refreshLate(store: Store, now: number): Promise<Promise<unknown>[]> {
  const helping = (await knownMe(store))?.helping;
  const history = helping && !helping.history ? forgetHistory(store) : refreshCheckIns(store, now);
  const all = [history, refreshVisits(store), refreshHours(store)];
  if (helping) return all; // where a helper is matters to nobody
  const zone = reportZone(store, deviceZone()).catch(() => undefined); // a zone that is refused is nobody's trouble
  return [...all, refreshOutcomes(store, now), zone];
}

/** Fetches the questions after needling and about activities; an answer on its way is laid over it (outcomes.ts). */
async function refreshOutcomes(store: Store, now: number): Promise<void> {
  const fetched = () => call("GET /api/me/outcomes");
  const keep = async (tx: Tx, found: MyOutcomes): Promise<void> => {
    const newer = [...(await confirmedSince(tx, now))];
    // An answer that has arrived meanwhile may be missing in it; the next refresh brings it.
    if (newer.some((key) => /^(after-needling|outcome)\//.test(key))) return;
    await tx.objectStore("single").put(found, "outcomes");
  };
  await askAndKeep(store, fetched, keep, ["sent"]);
}

/** Fetches the next visit to the clinic. */
async function refreshVisits(store: Store): Promise<void> {
  const keep = async (tx: Tx, found: MyVisits) => void (await tx.objectStore("single").put(found, "visits"));
  await askAndKeep(store, () => call("GET /api/me/visits"), keep);
}
