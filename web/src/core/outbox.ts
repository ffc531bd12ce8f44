/**
 * The way from this device to the server. An entry is durable here before anyone says "saved", and stays until the
 * server has confirmed it: 2xx deletes; no answer, 5xx, 408, 425 and 429 keep; 401 keeps until someone signs in; any
 * other 4xx parks the row and shows it. Nothing is dropped, nothing loops. A warning sign in a check-in that the server
 * refuses, for its day or for anything else, goes to the clinic by itself.
 *
 * A row's `key` names what it writes (one check-in day, one log): a newer entry replaces an older one that waits. The
 * server takes every entry any number of times, so a lost answer only costs a repeat.
 */

import type { CheckIn, ExerciseLog, Me } from "./api";
import { type Method, Problem, request } from "./call";
import { warningOf } from "./checkin";
import type { KeptPlan } from "./copies";
import { StorageFull, type Store, type Tx } from "./db";
import type { Entry, Row } from "./entry";

/** The end of a run of the sender. `later`: the server or network is not there; `waitMs` is what the server asked for.
 *  */
export type Run = { end: "empty"; sent: number } | { end: "later"; waitMs: number | undefined } | { end: "signed-out" };

export type Send = (method: Method, path: string, body: object | undefined) => Promise<unknown>;

/** Runs `work` while no other tab sends. */
export type Lock = (work: () => Promise<Run>) => Promise<Run>;

/** Time for which confirmed entries are kept for a server that lost them, in milliseconds. */
export const keepSentMs = 14 * 86_400_000;

/** Rows that may fail with their own 500 before a run gives up: one bad row must not block the others. */
const rowsPassedOver = 3;

export class Outbox {
  private running: Promise<Run> | undefined;
  private askedAgain = false;
  private readonly listeners = new Set<() => void>();
  private readonly otherTabs = new BroadcastChannel("homeplan-outbox");

  constructor(
    private readonly store: Store,
    private readonly send: Send = request,
    private readonly lock: Lock = oneTab,
    private readonly now: () => number = Date.now,
  ) {
    this.otherTabs.onmessage = () => this.tellListeners();
  }

  /** Keeps an entry; resolves once it is durable. Throws StorageFull. */
  async put(entry: Entry): Promise<void> {
    await this.store.write(["outbox"], async (tx) => {
      const outbox = tx.objectStore("outbox");
      for (const seq of await outbox.index("key").getAllKeys(entry.key)) await outbox.delete(seq);
      await outbox.add({ ...entry, savedAt: this.now() });
    });
    this.changed();
  }

  /** Everything that is not confirmed, oldest first. */
  async rows(): Promise<Row[]> {
    return await this.store.all("outbox");
  }

  /** Sends what waits, one row after the other, until none is left or there is no point in going on. */
  async flush(): Promise<Run> {
    if (this.running) {
      this.askedAgain = true; // a row saved after the run's last read must not wait for the next occasion
      return await this.running;
    }
    this.running = this.lock(() => this.drain());
    try {
      return await this.running;
    } finally {
      this.running = undefined;
      if (this.askedAgain) {
        this.askedAgain = false;
        void this.flush().catch(() => undefined); // a broken store was reported to the caller of the first run
      }
    }
  }

  /** Takes a refused row back into the queue, for the person who asks to try again. */
  async retry(seq: number): Promise<void> {
    await this.store.write(["outbox"], async (tx) => {
      const outbox = tx.objectStore("outbox");
      const row = await outbox.get(seq);
      if (!row) return;
      const { refused: _, ...waiting } = row;
      await outbox.put(waiting);
    });
    this.changed();
  }

  /** Removes a row because the person said so. */
  async discard(seq: number): Promise<void> {
    await this.store.remove("outbox", seq);
    this.changed();
  }

  /**
   * The server was restored from an older copy: what it confirmed lately goes into the queue once more. The epoch is kept
   * in the same transaction, so that of two refreshes at once only one does so.
   */
  async resendConfirmed(before: string, epoch: string): Promise<number> {
    const again = await this.store.write(["outbox", "sent", "single"], async (tx) => {
      const single = tx.objectStore("single");
      const me = (await single.get("me")) as Me | undefined;
      if (me?.storeEpoch !== before) return 0;
      await single.put({ ...me, storeEpoch: epoch }, "me");
      const outbox = tx.objectStore("outbox");
      const sent = (await tx.objectStore("sent").getAll()).filter((row) => row.sentAt > this.now() - keepSentMs);
      for (const { sentAt: _, ...row } of sent.sort((a, b) => a.savedAt - b.savedAt)) {
        // A newer entry for the same thing is already waiting.
        if ((await outbox.index("key").getKey(row.key)) === undefined) await outbox.add(row);
      }
      return sent.length;
    });
    this.changed();
    return again;
  }

  /** Calls back after every change of the rows, made in this tab or another. Returns the way to stop. */
  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Tells every tab that what this phone keeps has changed. */
  changed(): void {
    this.tellListeners();
    this.otherTabs.postMessage("changed");
  }

  close(): void {
    this.otherTabs.close();
  }

  private async drain(): Promise<Run> {
    const passedOver = new Set<number>();
    for (let sent = 0; ;) {
      const row = (await this.rows()).find(({ seq, refused }) => !refused && !passedOver.has(seq!));
      if (!row) return passedOver.size ? { end: "later", waitMs: undefined } : { end: "empty", sent };
      try {
        await this.settle(row, await this.send(row.method, row.path, row.body));
        sent++;
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        if (error.signedOut) return { end: "signed-out" };
        if (error.status === 500 && passedOver.size < rowsPassedOver) passedOver.add(row.seq!);
        else if (comesBack(error)) return { end: "later", waitMs: error.retryAfterMs };
        else await this.park(row, error);
      }
    }
  }

  /** The row is confirmed: it leaves the queue, and the server's answer is kept, in one transaction. */
  private async settle(row: Row, answer: unknown): Promise<void> {
    try {
      await this.store.write(["outbox", "sent", "checkins", "logs", "single"], async (tx) => {
        const outbox = tx.objectStore("outbox");
        // While it was on its way a newer entry may have taken its place, or the person signed out: nothing to keep.
        if ((await outbox.get(row.seq!)) === undefined) return;
        await outbox.delete(row.seq!);
        const { seq: _, ...entry } = row;
        await tx.objectStore("sent").put({ ...entry, sentAt: this.now() });
        await keepAnswer(tx, row, answer);
      });
    } catch (error) {
      if (!(error instanceof StorageFull)) throw error;
      await this.store.remove("outbox", row.seq!); // no room for the copies; the server has the entry
    }
    this.changed();
  }

  private async park(row: Row, problem: Problem): Promise<void> {
    await this.store.write(["outbox"], async (tx) => {
      const outbox = tx.objectStore("outbox");
      // While it was on its way a newer entry may have taken its place.
      if ((await outbox.get(row.seq!)) === undefined) return;
      const { status, code, message, detail, field } = problem;
      const refused = { status, code, title: message, ...(detail && { detail }), ...(field && { field }) };
      await outbox.put({ ...row, refused });
      const warning = warningOf(row);
      if (warning) await outbox.add({ ...warning, savedAt: row.savedAt });
    });
    this.changed();
  }

  private tellListeners(): void {
    for (const listener of this.listeners) listener();
  }
}

async function keepAnswer(tx: Tx, row: Row, answer: unknown): Promise<void> {
  if (row.kind === "checkin") await tx.objectStore("checkins").put(answer as CheckIn);
  if (row.kind === "log" && row.body) await tx.objectStore("logs").put(answer as ExerciseLog);
  if (row.kind === "log" && !row.body) await forgetLog(tx, row.key.slice("log/".length));
}

/** A log that was taken back leaves both copies that may hold it. */
async function forgetLog(tx: Tx, id: string): Promise<void> {
  await tx.objectStore("logs").delete(id);
  const single = tx.objectStore("single");
  const kept = (await single.get("plan")) as KeptPlan | undefined;
  if (!kept) return;
  const logs = kept.plan.logs.filter((log) => log.id !== id);
  await single.put({ ...kept, plan: { ...kept.plan, logs } }, "plan");
}

/** Whether the same request may succeed later. */
function comesBack({ status }: Problem): boolean {
  return status === 0 || status >= 500 || status === 408 || status === 425 || status === 429;
}

/** One sender across all tabs, where the browser knows Web Locks; without them the server's idempotency suffices. */
async function oneTab(work: () => Promise<Run>): Promise<Run> {
  return navigator.locks ? await navigator.locks.request("homeplan-outbox", work) : await work();
}
