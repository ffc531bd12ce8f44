/** The entries that a restored server has lost go into the queue once more. It is rare: the first screen does without. */

import type { Store } from "./db";
import { keepSentMs, type Outbox } from "./outbox";

/**
 * The server was restored from an older copy: what it confirmed lately goes into the queue once more. The epoch is kept
 * in the same transaction, so that of two refreshes at once only one does so.
 */
export async function resendConfirmed(
  store: Store,
  outbox: Outbox,
  before: string,
  epoch: string,
  now: number = Date.now(),
): Promise<number> {
  const again = await store.write(["outbox", "sent", "single"], async (tx) => {
    const single = tx.objectStore("single");
    const me = await single.get("me");
    if (me?.storeEpoch !== before) return 0;
    await single.put({ ...me, storeEpoch: epoch }, "me");
    const rows = tx.objectStore("outbox");
    const sent = (await tx.objectStore("sent").getAll()).filter((row) => row.sentAt > now - keepSentMs);
    for (const { sentAt: _, ...row } of sent.sort((a, b) => a.savedAt - b.savedAt)) {
      // A newer entry for the same thing is already waiting.
      if ((await rows.index("key").getKey(row.key)) === undefined) await rows.add(row);
    }
    return sent.length;
  });
  outbox.changed();
  return again;
}
