/** The copies of the server's answers that the first screen is drawn from. */

import type { ExercisePause, Me, Plan } from "./api";
import type { Copies } from "./db";

export type KeptPlan = { plan: Plan; fetchedAt: number };

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
