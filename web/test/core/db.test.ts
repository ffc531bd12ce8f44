import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { beforeEach, expect, test, vi } from "vitest";

import { Store } from "../../src/core/db";

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
});

test("a connection that the phone closed in the background is opened again", async () => {
  const store = new Store("test");
  await store.put("single", "es", "language");
  vi.spyOn(IDBDatabase.prototype, "transaction").mockImplementationOnce(() => {
    throw new DOMException("The connection is closing.", "InvalidStateError");
  });
  expect(await store.get("single", "language")).toBe("es");
  vi.restoreAllMocks();
});
