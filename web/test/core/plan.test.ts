import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import type { CheckIn, ExerciseLog } from "../../src/core/api";
import { Store } from "../../src/core/db";
import type { SentRow } from "../../src/core/entry";
import { refreshCheckIns } from "../../src/core/history";
import { refreshPlan } from "../../src/core/plan";

const began = Date.parse("2026-03-02T15:00:00Z");
let store: Store;

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
  store = new Store("test");
});

afterEach(() => vi.unstubAllGlobals());

/** The server's answer, which was made before `key` was confirmed. */
async function overtaken(key: string, kind: "checkin" | "log", answer: unknown): Promise<void> {
  vi.stubGlobal("fetch", () => Promise.resolve(new Response(JSON.stringify(answer))));
  await store.put("sent", { kind, key, sentAt: began + 1 } as SentRow);
}

test("a plan that was asked for before a log was confirmed neither hides it nor brings an older form back", async () => {
  for (const id of ["edited", "new", "gone"]) await store.put("logs", { id, outcome: "completed" } as ExerciseLog);
  await overtaken("log/edited", "log", {
    logs: [
      { id: "edited", outcome: "tiny" },
      { id: "other", outcome: "tiny" },
    ],
  });
  await store.put("sent", { kind: "log", key: "log/new", sentAt: began } as SentRow);
  await refreshPlan(store, began);
  expect((await store.all("logs")).map(({ id, outcome }) => [id, outcome])).toEqual([
    ["edited", "completed"],
    ["new", "completed"],
    ["other", "tiny"],
  ]);
});

test("a plan is asked for with its tag, and an unchanged one stays with the logs that it has", async () => {
  const plan = { logs: [{ id: "one", outcome: "tiny" }] };
  const answers = [
    new Response(JSON.stringify(plan), { headers: { etag: '"first"' } }),
    new Response(null, { status: 304, headers: { etag: '"first"' } }),
    new Response(JSON.stringify({ logs: [] }), { headers: { etag: '"second"' } }),
  ];
  const fetched = vi.fn<typeof fetch>(() => Promise.resolve(answers.shift()!));
  vi.stubGlobal("fetch", fetched);
  await refreshPlan(store, began);
  expect(await refreshPlan(store, began + 1)).toEqual({ plan, fetchedAt: began + 1, tag: '"first"' });
  expect((await store.all("logs")).map(({ id }) => id)).toEqual(["one"]);
  expect(await refreshPlan(store, began + 2)).toMatchObject({ plan: { logs: [] }, tag: '"second"' });
  expect(await store.all("logs")).toEqual([]);
  const tags = fetched.mock.calls.map(([, init]) => new Headers(init?.headers).get("if-none-match"));
  expect(tags).toEqual([null, '"first"', '"first"']);
});

test("check-ins that were asked for before one was confirmed leave it as it is", async () => {
  await store.put("checkins", { day: "2026-03-02", painNow: 2 } as CheckIn);
  await store.put("checkins", { day: "2026-02-28", painNow: 9 } as CheckIn);
  await overtaken("checkin/2026-03-02", "checkin", [
    { day: "2026-03-01", painNow: 5 },
    { day: "2026-03-02", painNow: 7 },
  ]);
  await refreshCheckIns(store, began);
  expect((await store.all("checkins")).map(({ day, painNow }) => [day, painNow])).toEqual([
    ["2026-03-01", 5],
    ["2026-03-02", 2],
  ]);
});
