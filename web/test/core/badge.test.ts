import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { beforeEach, expect, test, vi } from "vitest";

import type { CheckIn } from "../../src/core/api";
import { followBadge } from "../../src/core/badge";
import { localDay } from "../../src/core/dates";
import { Store } from "../../src/core/db";
import type { KeptPlan } from "../../src/core/kept";
import { part } from "../part";

const clearAppBadge = vi.fn(() => Promise.resolve());
let store: Store;

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
  store = new Store("test");
  clearAppBadge.mockClear();
  vi.stubGlobal("navigator", { clearAppBadge });
});

test("the badge stays while today's check-in is open", async () => {
  await store.put("checkins", part<CheckIn>({ day: "2020-01-01" }));
  await followBadge(store);
  expect(clearAppBadge).not.toHaveBeenCalled();
});

test("the badge goes when today's check-in is there, also from another phone", async () => {
  await store.put("checkins", part<CheckIn>({ day: localDay(new Date()) }));
  await followBadge(store);
  expect(clearAppBadge).toHaveBeenCalledTimes(1);
});

test("the badge goes when care has ended", async () => {
  await store.put("single", part<KeptPlan>({ plan: { stage: "discharged" } }), "plan");
  await followBadge(store);
  expect(clearAppBadge).toHaveBeenCalledTimes(1);
});
