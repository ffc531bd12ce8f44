/** One refresh from the server: everything that it may know better than this phone. One refused call stops no other. */

import { refreshMe } from "./account";
import type { Me } from "./api";
import type { Problem } from "./call";
import { deviceZone } from "./dates";
import type { Store } from "./db";
import type { Outbox } from "./outbox";
import { refreshCheckIns, refreshPause, refreshPlan } from "./plan";
import { reportZone } from "./reminders";

/** The end of a refresh. */
export type Link = "fine" | "offline" | "broken";

/** Asks for everything; `met` hears that someone is signed in before the rest is asked for. Never rejects. */
export async function refreshAll(store: Store, outbox: Outbox, met: (me: Me) => void): Promise<Link> {
  const began = Date.now();
  const failures: unknown[] = [];
  const failed = (failure: unknown) => void failures.push(failure);
  await Promise.all([
    refreshMe(store, outbox).then(met, failed),
    reportZone(store, deviceZone()).catch(() => undefined), // a zone that is refused is nobody's trouble
  ]);
  const [cut] = failures as Partial<Problem>[];
  if (!cut?.offline && !cut?.signedOut) {
    const settled = (questions: Promise<unknown>[]) => Promise.all(questions.map((each) => each.catch(failed)));
    await Promise.all([
      settled([refreshPlan(store, began), refreshCheckIns(store, began), refreshPause(store, began)]),
      import("./cards").then(({ refreshCards }) => settled(refreshCards(store, began)), failed),
    ]);
  }
  if (!failures.length) return "fine";
  return failures.some((failure) => (failure as Partial<Problem>).offline) ? "offline" : "broken";
}
