/** The patient's own progress as the server worked it out: asked for, and kept on this phone. */

import type { Progress } from "./api";
import { call } from "./call";
import { askAndKeep, knownMe } from "./copies";
import type { Day } from "./dates";
import type { Store } from "./db";

export async function knownProgress(store: Store): Promise<Progress | undefined> {
  return await store.get("single", "progress");
}

export async function refreshProgress(store: Store): Promise<Progress> {
  const fetched = () => call("GET /api/me/progress");
  return await askAndKeep(store, fetched, (tx, progress) => tx.objectStore("single").put(progress, "progress"));
}

/** Asks for the progress unless what this phone has reaches `today`, and nothing was `sent` since. */
export async function keepProgress(store: Store, today: Day, sent = false): Promise<void> {
  const helping = (await knownMe(store))?.helping;
  if (helping && !helping.history) return;
  const kept = await knownProgress(store);
  if (sent || kept?.days.at(-1)?.day !== today) await refreshProgress(store);
}
