/** The copies of what the server knows: the plan for two weeks ahead, the check-ins of the last weeks. */

import type { CheckIn, Plan } from "./api";
import { call, url } from "./call";
import { addDays, type Day } from "./dates";
import type { Store } from "./db";

/** How many days of check-ins a phone keeps. */
const daysKept = 90;

export type KeptPlan = { plan: Plan; fetchedAt: number };

export async function knownPlan(store: Store): Promise<KeptPlan | undefined> {
  return (await store.get("single", "plan")) as KeptPlan | undefined;
}

/** Fetches the plan; its logs take the place of the copies that older answers left. */
export async function refreshPlan(store: Store, now: number): Promise<KeptPlan> {
  const kept: KeptPlan = { plan: await call<Plan>("GET", "/api/me/plan"), fetchedAt: now };
  await store.write(["single", "logs"], async (tx) => {
    await tx.objectStore("single").put(kept, "plan");
    await tx.objectStore("logs").clear();
    for (const log of kept.plan.logs) await tx.objectStore("logs").put(log);
  });
  return kept;
}

export async function refreshCheckIns(store: Store, today: Day): Promise<CheckIn[]> {
  const from = addDays(today, -daysKept);
  const found = await call<CheckIn[]>("GET", url`/api/me/checkins?from=${from}&to=${addDays(today, 1)}`);
  await store.write(["checkins"], async (tx) => {
    await tx.objectStore("checkins").clear();
    for (const entry of found) await tx.objectStore("checkins").put(entry);
  });
  return found;
}
