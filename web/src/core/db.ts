/**
 * The store of this device: entries that wait to be sent, entries that were sent lately, copies of the server's answers,
 * drafts. IndexedDB may lose its connection (iOS does so in the background) and may be full: the first is healed here,
 * the second is reported as StorageFull.
 */

import { type DBSchema, type IDBPDatabase, type IDBPTransaction, openDB, type StoreNames } from "idb";

import type { CheckIn, ExerciseLog } from "./api";
import type { Day } from "./dates";
import type { Row, SentRow } from "./entry";

export interface Kept extends DBSchema {
  /** Entries to send, in the order in which they were made. */
  outbox: { key: number; value: Row; indexes: { key: string } };
  /** Entries that the server confirmed, to send again after it was restored from an older backup. */
  sent: { key: string; value: SentRow };
  checkins: { key: Day; value: CheckIn };
  logs: { key: string; value: ExerciseLog };
  drafts: { key: string; value: unknown };
  /** Single values: the plan, who is signed in, settings of this device. */
  single: { key: string; value: unknown };
}

export type StoreName = StoreNames<Kept>;
export type Tx = IDBPTransaction<Kept, StoreName[], "readwrite">;

/** Reads of the store, or of all of it in one transaction. */
export type Copies = Pick<Store, "get" | "all" | "keys">;

/** There is no room left on this device; nothing of the transaction was kept. */
export class StorageFull extends Error {
  override readonly name = "StorageFull";
}

export class Store {
  private opened: Promise<IDBPDatabase<Kept>> | undefined;

  constructor(private readonly name: string = "homeplan") {}

  /** Runs `work` in one transaction and returns its result once everything is durable. Throws StorageFull. */
  async write<T>(stores: StoreName[], work: (tx: Tx) => Promise<T>): Promise<T> {
    return await this.withConnection(async (db) => {
      const tx = db.transaction(stores, "readwrite", { durability: "strict" });
      // The quota shows up as the abort of the whole transaction, after each put has succeeded.
      const [result, end] = await Promise.allSettled([work(tx), tx.done]);
      const failed = result.status === "rejected" ? result : end;
      if (failed.status === "rejected") throw explained(failed.reason, tx.error);
      return (result as PromiseFulfilledResult<T>).value;
    });
  }

  async get<S extends StoreName>(store: S, key: Kept[S]["key"]): Promise<Kept[S]["value"] | undefined> {
    return await this.withConnection((db) => db.get(store, key));
  }

  async all<S extends StoreName>(store: S): Promise<Kept[S]["value"][]> {
    return await this.withConnection((db) => db.getAll(store));
  }

  async keys<S extends StoreName>(store: S): Promise<Kept[S]["key"][]> {
    return await this.withConnection((db) => db.getAllKeys(store));
  }

  /** Runs `work` on the copies as they are at one moment; one transaction costs less than one for each. */
  async atOnce<T>(work: (copies: Copies) => Promise<T>): Promise<T> {
    return await this.withConnection((db) => {
      const tx = db.transaction(storeNames);
      return work({
        get: (store, key) => tx.objectStore(store).get(key),
        all: (store) => tx.objectStore(store).getAll(),
        keys: (store) => tx.objectStore(store).getAllKeys(),
      });
    });
  }

  async put<S extends StoreName>(store: S, value: Kept[S]["value"], key?: Kept[S]["key"]): Promise<void> {
    await this.write([store], (tx) => tx.objectStore(store).put(value, key));
  }

  async remove<S extends StoreName>(store: S, key: Kept[S]["key"]): Promise<void> {
    await this.write([store], (tx) => tx.objectStore(store).delete(key as never));
  }

  /** Forgets everything, as after signing out. */
  async clear(): Promise<void> {
    await this.write([...storeNames], async (tx) => {
      await Promise.all(storeNames.map((store) => tx.objectStore(store).clear()));
    });
  }

  async close(): Promise<void> {
    (await this.opened)?.close();
    this.opened = undefined;
  }

  private async withConnection<T>(work: (db: IDBPDatabase<Kept>) => Promise<T>): Promise<T> {
    try {
      return await work(await this.open());
    } catch (error) {
      if (!(error instanceof DOMException) || error.name !== "InvalidStateError") throw error;
      this.opened = undefined; // the connection was closed behind our back
      return await work(await this.open());
    }
  }

  private open(): Promise<IDBPDatabase<Kept>> {
    this.opened ??= openDB<Kept>(this.name, 1, {
      upgrade(db) {
        db.createObjectStore("outbox", { keyPath: "seq", autoIncrement: true }).createIndex("key", "key");
        db.createObjectStore("sent", { keyPath: "key" });
        db.createObjectStore("checkins", { keyPath: "day" });
        db.createObjectStore("logs", { keyPath: "id" });
        db.createObjectStore("drafts");
        db.createObjectStore("single");
      },
      blocking: (_current, _blocked, event) => (event.target as IDBDatabase).close(),
      terminated: () => (this.opened = undefined),
    }).catch((error: unknown) => {
      this.opened = undefined;
      throw error;
    });
    return this.opened;
  }
}

const storeNames = ["outbox", "sent", "checkins", "logs", "drafts", "single"] as const;

function explained(reason: unknown, abortedBy: DOMException | null): unknown {
  const names = [abortedBy?.name, (reason as { name?: string } | null)?.name];
  return names.includes("QuotaExceededError") ? new StorageFull("There is no room left on this device.") : reason;
}
