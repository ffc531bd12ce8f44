/** The privacy lock of this phone: what opens it, and what slows a guesser down. */

import "fake-indexeddb/auto";

import { beforeEach, expect, test } from "vitest";

import { Store } from "../../src/core/db";
import { isPin, lockWithPin, theLock, tryPin, unlock, waitAfter } from "../../src/core/lock";

const now = Date.parse("2026-03-02T12:00:00Z");
let store: Store;

beforeEach(async () => {
  store = new Store();
  await store.clear();
});

test("a PIN has 4 to 6 digits", () => {
  expect(["1234", "123456"].every(isPin)).toBe(true);
  expect(["123", "1234567", "12a4", "", "１２３４"].some(isPin)).toBe(false);
});

test("the right PIN opens, another does not", async () => {
  await lockWithPin(store, "2468", 0);
  expect(await tryPin(store, "1357", now)).toBe("wrong");
  expect(await tryPin(store, "2468", now)).toBe("right");
  expect((await theLock(store))?.tries).toBe(0);
});

test("what is kept says nothing of the PIN", async () => {
  await lockWithPin(store, "2468", 60_000);
  const first = await theLock(store);
  await lockWithPin(store, "2468", 60_000);
  expect(JSON.stringify(await theLock(store))).not.toBe(JSON.stringify(first));
  expect(JSON.stringify(first)).not.toContain("2468");
});

test("after three wrong tries each one more waits longer, also after a restart, and the right PIN does too", async () => {
  await lockWithPin(store, "2468", 0);
  for (let n = 0; n < 3; n++) expect(await tryPin(store, "0000", now)).toBe("wrong");
  await store.close();
  store = new Store();
  expect(await tryPin(store, "2468", now + 4_999)).toBe("wait");
  expect(await tryPin(store, "0000", now + 5_000)).toBe("wrong");
  expect(await tryPin(store, "2468", now + 14_999)).toBe("wait");
  expect(await tryPin(store, "2468", now + 15_000)).toBe("right");
  expect([2, 3, 4, 5, 50].map(waitAfter)).toEqual([0, 5_000, 10_000, 20_000, 300_000]);
});

test("turned off it is gone, and so it is after signing out", async () => {
  await lockWithPin(store, "2468", 0);
  await unlock(store);
  expect(await theLock(store)).toBeUndefined();
  await lockWithPin(store, "2468", 0);
  await store.clear();
  expect(await theLock(store)).toBeUndefined();
});
