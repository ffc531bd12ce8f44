/**
 * The store of this device: entries that wait to be sent, entries that were sent lately, copies of the server's answers,
 * drafts. IndexedDB may lose its connection (iOS does so in the background) and may be full: the first is healed here,
 * the second is reported as StorageFull.
 */

import { type DBSchema, type IDBPDatabase, type IDBPObjectStore, type IDBPTransaction, openDB } from "idb";

import type { Kept, Singles } from "./kept";

interface Schema extends DBSchema, Kept {
  outbox: Kept["outbox"] & { indexes: { key: string } };
}

export type StoreName = keyof Kept;
/** A value by its store and, among the single ones, by its key. */
type Value<S extends StoreName, K> = S extends "single"
  ? Singles[K extends keyof Singles ? K : keyof Singles]
  : Kept[S]["value"];

/** An object store in a transaction that writes. */
type Values<S extends StoreName> = S extends "single"
  ? {
      get<K extends keyof Singles>(key: K): Promise<Singles[K] | undefined>;
      put<K extends keyof Singles>(value: Singles[K], key: K): Promise<unknown>;
    }
  : IDBPObjectStore<Schema, StoreName[], S, "readwrite">;

/** A transaction that writes. */
export type Tx = { objectStore<S extends StoreName>(store: S): Values<S> };

/** Reads of the store, or of all of it in one transaction. */
export type Copies = Pick<Store, "get" | "all" | "keys">;

/** There is no room left on this device; nothing of the transaction was kept. */
export class StorageFull extends Error {
  override readonly name = "StorageFull";
}

export class Store {
  private opened: Promise<IDBPDatabase<Schema>> | undefined;

  constructor(private readonly name: string = "homeplan") {}

  /** Runs `work` in one transaction and returns its result once everything is durable. Throws StorageFull. */
  async write<T>(stores: StoreName[], work: (tx: Tx) => Promise<T>): Promise<T> {
    return await this.transact(stores, (tx) => work(tx as Tx));
  }

  private async transact<T>(
    stores: StoreName[],
    work: (tx: IDBPTransaction<Schema, StoreName[], "readwrite">) => Promise<T>,
  ): Promise<T> {
    return await this.withConnection(async (db) => {
      const tx = db.transaction(stores, "readwrite", { durability: "strict" });
      // The quota shows up as the abort of the whole transaction, after each put has succeeded.
      const [result, end] = await Promise.allSettled([work(tx), tx.done]);
      const failed = result.status === "rejected" ? result : end;
      if (failed.status === "rejected") throw explained(failed.reason, tx.error);
      return (result as PromiseFulfilledResult<T>).value;
    });
  }

  async get<S extends StoreName, K extends Kept[S]["key"]>(store: S, key: K): Promise<Value<S, K> | undefined> {
    return await this.withConnection((db) => db.get(store, key) as Promise<Value<S, K> | undefined>);
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
        get: <S extends StoreName, K extends Kept[S]["key"]>(store: S, key: K) =>
          tx.objectStore(store).get(key) as Promise<Value<S, K> | undefined>,
        all: (store) => tx.objectStore(store).getAll(),
        keys: (store) => tx.objectStore(store).getAllKeys(),
      });
    });
  }

  async put<S extends StoreName, K extends Kept[S]["key"]>(store: S, value: Value<S, K>, key?: K): Promise<void> {
    await this.transact([store], (tx) => tx.objectStore(store).put(value as Kept[S]["value"], key));
  }

  async remove<S extends StoreName>(store: S, key: Kept[S]["key"]): Promise<void> {
    await this.transact([store], (tx) => tx.objectStore(store).delete(key as never));
  }

  /** Forgets everything, as after signing out. */
  async clear(): Promise<void> {
    await this.transact([...storeNames], async (tx) => {
      await Promise.all(storeNames.map((store) => tx.objectStore(store).clear()));
    });
  }

  async close(): Promise<void> {
    (await this.opened)?.close();
    this.opened = undefined;
  }

  private async withConnection<T>(work: (db: IDBPDatabase<Schema>) => Promise<T>): Promise<T> {
    try {
      return await work(await this.open());
    } catch (error) {
      if (!(error instanceof DOMException) || error.name !== "InvalidStateError") throw error;
      this.opened = undefined; // the connection was closed behind our back
      return await work(await this.open());
    }
  }

  private open(): Promise<IDBPDatabase<Schema>> {
    this.opened ??= openDB<Schema>(this.name, 1, {
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
