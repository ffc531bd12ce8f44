/**
 * The way from this device to the server. An entry is durable here before anyone says "saved", and stays until the
 * server has confirmed it: 2xx deletes; no answer, 5xx, 408, 425 and 429 keep; 401 keeps until someone signs in; any
 * other 4xx parks the row and shows it. Nothing is dropped, nothing loops. A warning sign goes before everything else.
 * One in a check-in that the server refuses goes to the clinic by itself; one that is refused is tried again in every run.
 *
 * A row's `key` names what it writes (one check-in day, one log): a newer entry replaces an older one that waits. The
 * server takes every entry any number of times, so a lost answer only costs a repeat.
 */

import type { AnswerTo, Prepared, Route } from "./api";
import { send as sendNow } from "./call";
import type { Store } from "./db";
import type { Entry, Row } from "./entry";
import type { Sending } from "./sending";

/**
 * The end of a run of the sender. `refused`: nothing else waits, but the server does not take a warning sign. `later`: the
 * server or the network is not there; `waitMs` is what it asked for.
 */
export type Run =
  { end: "empty" | "refused"; sent: number } | { end: "later"; waitMs: number | undefined } | { end: "signed-out" };

export type Send = <R extends Route>(prepared: Prepared<R>) => Promise<AnswerTo<R>>;

/** Runs `work` while no other tab sends. */
export type Lock = (work: () => Promise<Run>) => Promise<Run>;

/** Time for which confirmed entries are kept for a server that lost them, in milliseconds. */
export const keepSentMs = 14 * 86_400_000;

export class Outbox {
  private running: Promise<Run> | undefined;
  private askedAgain = false;
  /** Entries that the server has confirmed and this device had no room to note. */
  private readonly unnoted = new Set<string>();
  private readonly sending: Sending;
  private readonly listeners = new Set<(elsewhere: boolean) => void>();
  private readonly otherTabs = new BroadcastChannel("homeplan-outbox");

  constructor(
    private readonly store: Store,
    send: Send = sendNow,
    private readonly lock: Lock = oneTab,
    private readonly now: () => number = Date.now,
  ) {
    this.sending = { store, send, now, changed: () => this.changed(), unnoted: this.unnoted };
    this.otherTabs.onmessage = () => this.tellListeners(true);
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

  /** Whether the server has confirmed an entry under this key. */
  async hasConfirmed(key: string): Promise<boolean> {
    return this.unnoted.has(key) || (await this.store.get("sent", key)) !== undefined;
  }

  /** Sends what waits, one row after the other, until none is left or there is no point in going on. */
  async flush(): Promise<Run> {
    if (this.running) {
      this.askedAgain = true; // a row saved after the run's last read must not wait for the next occasion
      return await this.running;
    }
    this.running = this.lock(async () => (await import("./sending")).drain(this.sending));
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

  /** Calls back after every change, made in this tab or elsewhere, in another. Returns the way to stop. */
  onChange(listener: (elsewhere: boolean) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Tells every tab that what this phone keeps has changed. */
  changed(): void {
    this.tellListeners(false);
    this.otherTabs.postMessage("changed");
  }

  close(): void {
    this.otherTabs.close();
  }

  private tellListeners(elsewhere: boolean): void {
    for (const listener of this.listeners) listener(elsewhere);
  }
}

/** One sender across all tabs, where the browser knows Web Locks; without them the server's idempotency suffices. */
async function oneTab(work: () => Promise<Run>): Promise<Run> {
  return navigator.locks ? await navigator.locks.request("homeplan-outbox", work) : await work();
}
