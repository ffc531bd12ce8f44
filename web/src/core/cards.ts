/** The copies that cards of few days show: questions after needling, the next visit, the clinic's opening times. */

import type { MyOutcomes, MyVisits } from "./api";
import { call } from "./call";
import { askAndKeep } from "./copies";
import type { Store, Tx } from "./db";
import { refreshHours } from "./hours";
import { confirmedSince } from "./plan";

/** Fetches them all; a refused one stops no other. */
export function refreshCards(store: Store, now: number): Promise<void>[] {
  return [refreshOutcomes(store, now), refreshVisits(store), refreshHours(store)];
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
