import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import type { Me } from "../../src/core/api";
import { knownPause, knownPlan } from "../../src/core/copies";
import { Store } from "../../src/core/db";
import { Outbox } from "../../src/core/outbox";
import { refreshAll } from "../../src/core/refresh";

const answers: Record<string, unknown> = {
  "GET /api/me": { patient: { id: "ana" }, storeEpoch: "first", serverTime: "2026-03-02T15:00:00Z" },
  "PUT /api/me/phone-zone": undefined,
  "GET /api/me/plan": { segments: [], items: {}, logs: [] },
  "GET /api/me/checkins": [{ day: "2026-03-01", painNow: 3 }],
  "GET /api/me/outcomes": { prompts: [], soreness: [], activities: [], asks: [] },
  "GET /api/me/visits": { next: null, movedFrom: null, cancelled: null },
  "GET /api/me/clinic-hours": { known: false, open: [], onCall: [], until: null },
  "GET /api/me/exercise-pause": {
    pause: { reason: "urgent", since: "2026-03-02T15:00:00Z" },
    warning: null,
    needling: null,
  },
};
let store: Store;
let outbox: Outbox;
let asked: string[];

beforeEach(async () => {
  globalThis.indexedDB = new IDBFactory();
  store = new Store("test");
  outbox = new Outbox(store);
  await store.put("single", answers["GET /api/me"] as Me, "me");
});

afterEach(() => {
  outbox.close();
  vi.unstubAllGlobals();
});

/** A server that gives one of its answers with another status; 0 is no answer. */
function answering(refused?: string, status = 400): void {
  asked = [];
  vi.stubGlobal("fetch", (path: string, { method }: RequestInit) => {
    const name = `${method} ${path.split("?")[0]}`;
    asked.push(name);
    if (name === refused && !status) return Promise.reject(new TypeError("no network"));
    const problem = { code: status === 401 ? "not-signed-in" : "invalid" };
    if (name === refused) return Promise.resolve(new Response(JSON.stringify(problem), { status }));
    const answer = answers[name];
    return Promise.resolve(answer ? new Response(JSON.stringify(answer)) : new Response(null, { status: 204 }));
  });
}

async function kept(): Promise<unknown[]> {
  const [plan, pause, checkIns] = await Promise.all([knownPlan(store), knownPause(store), store.all("checkins")]);
  return [plan, pause, checkIns[0]];
}

const run = () => refreshAll(store, outbox, () => undefined);

test("a zone that the server refuses stops nothing and is no trouble", async () => {
  answering("PUT /api/me/phone-zone");
  expect(await run()).toBe("fine");
  expect((await kept()).every(Boolean)).toBe(true);
});

test.each(["GET /api/me", "GET /api/me/plan", "GET /api/me/checkins", "GET /api/me/exercise-pause"])(
  "%s refused stops no other, and the phone says that there is trouble",
  async (refused) => {
    for (const status of [400, 403, 404, 500]) {
      answering(refused, status);
      await store.remove("single", "reportedZone"); // asked once for each zone
      expect(await run()).toBe("broken");
      expect(asked.sort()).toEqual(Object.keys(answers).sort());
    }
  },
);

test("what the others answered is kept when the plan is refused", async () => {
  answering("GET /api/me/plan");
  await run();
  expect((await kept()).map(Boolean)).toEqual([false, true, true]);
});

test("without a network, or signed out, the rest is not asked for", async () => {
  answering("GET /api/me", 0);
  expect(await run()).toBe("offline");
  expect(asked).not.toContain("GET /api/me/plan");
  answering("GET /api/me", 401);
  expect(await run()).toBe("broken");
  expect(asked).not.toContain("GET /api/me/plan");
});
