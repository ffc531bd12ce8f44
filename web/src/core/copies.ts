/** The copies of the server's answers that the first screen is drawn from. */

import type { ExercisePause, Me, Plan } from "./api";
import type { Copies, Store, StoreName, Tx } from "./db";

/** `tag`: the plan's ETag, with which the server says that it is unchanged. */
export type KeptPlan = { plan: Plan; fetchedAt: number; tag?: string | undefined };

/** The person of the last visit, without asking the server. */
export async function knownMe(copies: Copies): Promise<Me | undefined> {
  return (await copies.get("single", "me")) as Me | undefined;
}

export async function knownPlan(copies: Copies): Promise<KeptPlan | undefined> {
  return (await copies.get("single", "plan")) as KeptPlan | undefined;
}

export async function knownPause(copies: Copies): Promise<ExercisePause | undefined> {
  return ((await copies.get("single", "pause")) as ExercisePause | null | undefined) ?? undefined;
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
    const me = (await tx.objectStore("single").get("me")) as Me | undefined;
    if (me?.patient.id === asking) await keep(tx, answer);
  });
  return answer;
}
