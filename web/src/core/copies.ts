/** The copies of the server's answers that the first screen is drawn from. */

import type { ExercisePause, Me, RecentNeedling } from "./api";
import type { Copies, Store, StoreName, Tx } from "./db";
import type { KeptPlan } from "./kept";
import type { KnownWarning } from "./warning";

/** The person of the last refresh, without asking the server. */
export async function knownMe(copies: Copies): Promise<Me | undefined> {
  return await copies.get("single", "me");
}

export async function knownPlan(copies: Copies): Promise<KeptPlan | undefined> {
  return await copies.get("single", "plan");
}

export async function knownPause(copies: Copies): Promise<ExercisePause | undefined> {
  return (await copies.get("single", "pause")) ?? undefined;
}

/** The open warning as the server last said. */
export async function knownWarning(copies: Copies): Promise<KnownWarning> {
  return await copies.get("single", "warning");
}

export async function knownNeedling(copies: Copies): Promise<RecentNeedling | undefined> {
  return (await copies.get("single", "needling")) ?? undefined;
}

/** Asks the server and keeps its answer, unless the person has signed out meanwhile, here or in another tab. */
export async function askAndKeep<T>(
  store: Store,
  ask: () => Promise<T>,
  keep: (tx: Tx, answer: T) => Promise<unknown>,
  stores: StoreName[] = [],
): Promise<T> {
  const asking = (await knownMe(store))?.patient.id;
  const answer = await ask();
  await store.write(["single", ...stores], async (tx) => {
    const me = await tx.objectStore("single").get("me");
    if (me?.patient.id === asking) await keep(tx, answer);
  });
  return answer;
}
