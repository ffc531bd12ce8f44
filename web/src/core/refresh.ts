/** One refresh from the server: everything that it may know better than this phone. One refused call stops no other. */

import { refreshMe } from "./account";
import type { Me } from "./api";
import { followBadge } from "./badge";
import type { Problem } from "./call";
import type { Store } from "./db";
import type { Outbox } from "./outbox";
import { keepPictures } from "./pictures";
import { refreshPause, refreshPlan } from "./plan";

/** The end of a refresh. */
export type Link = "fine" | "offline" | "broken";

/** Asks for everything; `met` hears that someone is signed in before the rest is asked for. Never rejects. */
export async function refreshAll(store: Store, outbox: Outbox, met: (me: Me) => void): Promise<Link> {
  const began = Date.now();
  const failures: unknown[] = [];
  const failed = (failure: unknown) => void failures.push(failure);
  await refreshMe(store, outbox).then(met, failed);
  const [cut] = failures as Partial<Problem>[];
  if (!cut?.offline && !cut?.signedOut) {
    const settled = (questions: Promise<unknown>[]) => Promise.all(questions.map((each) => each.catch(failed)));
    const refreshedPlan = refreshPlan(store, began).then(({ plan }) => void keepPictures(plan));
    await Promise.all([
      settled([refreshedPlan, refreshPause(store, began)]),
      import("./late").then(async ({ refreshLate }) => settled(await refreshLate(store, began)), failed),
    ]);
    await followBadge(store).catch(failed);
  }
  if (!failures.length) return "fine";
  return failures.some((failure) => (failure as Partial<Problem>).offline) ? "offline" : "broken";
}
