/** The copies that today is made of: the plan for two weeks ahead, and whether exercises are paused. */

import type { PauseState } from "./api";
import { call, callTagged } from "./call";
import { askAndKeep, knownPlan } from "./copies";
import type { Store, Tx } from "./db";
import type { KeptPlan } from "./kept";

/** Fetches the plan; its logs take the place of the copies that older answers left. */
export async function refreshPlan(store: Store, now: number): Promise<KeptPlan> {
  const fetched = async (): Promise<KeptPlan> => {
    const known = await knownPlan(store);
    const { answer, tag } = await callTagged("GET /api/me/plan", known?.tag);
    return { plan: answer ?? known!.plan, fetchedAt: now, tag };
  };
  const keep = async (tx: Tx, kept: KeptPlan): Promise<void> => {
    await tx.objectStore("single").put(kept, "plan");
    const newer = await confirmedSince(tx, now);
    const logs = tx.objectStore("logs");
    for (const log of await logs.getAll()) if (!newer.has(`log/${log.id}`)) await logs.delete(log.id);
    for (const log of kept.plan.logs) if (!newer.has(`log/${log.id}`)) await logs.put(log);
  };
  return await askAndKeep(store, fetched, keep, ["logs", "sent"]);
}

/** Whether exercises are paused, the open warning and the last needling, as the server last said. */
export async function refreshPause(store: Store, now: number): Promise<void> {
  const fetched = () => call("GET /api/me/exercise-pause");
  const keep = async (tx: Tx, { pause, warning, needling, followUp }: PauseState): Promise<void> => {
    const single = tx.objectStore("single");
    await single.put(needling, "needling");
    await single.put(followUp, "followUp");
    const newer = [...(await confirmedSince(tx, now))];
    // A warning sign that has arrived meanwhile is open, and this answer may not know of it.
    if (newer.some((key) => /^(checkin|safety)/.test(key))) return;
    await single.put(pause, "pause");
    await single.put(warning, "warning");
  };
  await askAndKeep(store, fetched, keep, ["sent"]);
}

/** The keys that were confirmed after a fetch began: its answer does not know of them yet. */
export async function confirmedSince(tx: Tx, fetchBegan: number): Promise<Set<string>> {
  const sent = await tx.objectStore("sent").getAll();
  return new Set(sent.filter(({ sentAt }) => sentAt >= fetchBegan).map(({ key }) => key));
}
