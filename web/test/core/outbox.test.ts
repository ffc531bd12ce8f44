import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import type { CheckInEntry, ExerciseLogEntry, Me, SafetyAnswerEntry } from "../../src/core/api";
import { arrivalOf, arrivalOfSigns } from "../../src/core/arrival";
import { Problem } from "../../src/core/call";
import { StorageFull, Store } from "../../src/core/db";
import type { Entry } from "../../src/core/entry";
import type { KeptPlan } from "../../src/core/kept";
import { type Lock, Outbox, type Run } from "../../src/core/outbox";
import { resendConfirmed } from "../../src/core/requeue";
import { part } from "../part";
import { FakeServer } from "./server";

let server: FakeServer;
let store: Store;
let outbox: Outbox;
let now: number;
const tabs: Outbox[] = [];

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
  server = new FakeServer();
  store = new Store("test");
  now = Date.parse("2026-03-02T15:00:00Z");
  outbox = tab();
});

/** Somebody is signed in on this phone, at a server that has not been restored yet. */
async function signedIn(): Promise<void> {
  await store.put("single", part<Me>({ storeEpoch: "first" }), "me");
}

afterEach(() => {
  for (const open of tabs.splice(0)) open.close();
});

function tab(lock: Lock = (work) => work()): Outbox {
  const made = new Outbox(store, server.send, lock, () => now);
  tabs.push(made);
  return made;
}

function log(number: number, note = "first") {
  const body = part<ExerciseLogEntry>({ note });
  return { kind: "log", key: `log/${number}`, method: "PUT", path: `/api/me/exercise-logs/${number}`, body } as const;
}

async function waiting(): Promise<string[]> {
  return (await outbox.rows()).map(({ key }) => key);
}

describe("taking a log back", () => {
  const undone = { ...log(1), method: "DELETE", body: undefined } as const;

  test("before it was sent leaves nothing at the server", async () => {
    await outbox.put(log(1));
    await outbox.put(undone);
    await outbox.flush();
    expect(server.stored.size).toBe(0);
    expect(await waiting()).toEqual([]);
  });

  test("after its answer was lost, too", async () => {
    await outbox.put(log(1));
    server.faults.push({ lost: "answer" });
    await outbox.flush();
    expect(server.stored.size).toBe(1);
    await outbox.put(undone);
    await outbox.flush();
    expect(server.stored.size).toBe(0);
  });

  test("removes it from both copies on this phone, and a restored server hears of it again", async () => {
    await signedIn();
    await outbox.put(log(1));
    await outbox.flush();
    await store.put("single", part<KeptPlan>({ plan: { logs: [{ id: "1" }, { id: "2" }] } }), "plan");
    await outbox.put(undone);
    await outbox.flush();
    expect(await store.all("logs")).toEqual([]);
    expect(await store.get("single", "plan")).toEqual({ plan: { logs: [{ id: "2" }] } });

    server.stored.set(log(1).path, {});
    await resendConfirmed(store, outbox, "first", "second", now);
    await outbox.flush();
    expect(server.stored.size).toBe(0);
  });
});

describe("sending", () => {
  test("100 rows arrive in the order in which they were saved", async () => {
    for (let number = 0; number < 100; number++) await outbox.put(log(number));
    expect(await outbox.flush()).toEqual({ end: "empty", sent: 100 });
    expect(server.arrived).toEqual(Array.from({ length: 100 }, (_, number) => `/api/me/exercise-logs/${number}`));
    expect(await waiting()).toEqual([]);
  });

  test("a lost answer is repeated and stored once", async () => {
    await outbox.put(log(1));
    server.faults.push({ lost: "answer" });
    expect((await outbox.flush()).end).toBe("later");
    expect(await waiting()).toEqual(["log/1"]);
    expect((await outbox.flush()).end).toBe("empty");
    expect(server.arrived).toHaveLength(2);
    expect(server.stored.size).toBe(1);
  });

  test("a row that is saved during a run goes out in that run", async () => {
    await outbox.put(log(1));
    server.meanwhile = () => outbox.put(log(2));
    await outbox.flush();
    expect([...server.stored.keys()]).toEqual(["/api/me/exercise-logs/1", "/api/me/exercise-logs/2"]);
  });

  test("a row that is saved after the last read of a run goes out at once all the same", async () => {
    let end = (): void => undefined;
    const ends = new Promise<void>((resolve) => (end = resolve));
    const lastLookTaken = vi.fn();
    const slowToEnd = tab(async (work) => {
      const run = await work();
      lastLookTaken();
      await ends;
      return run;
    });
    const running = slowToEnd.flush();
    await vi.waitUntil(() => lastLookTaken.mock.calls.length > 0);
    await slowToEnd.put(log(7));
    void slowToEnd.flush();
    end();
    await running;
    await vi.waitUntil(() => server.stored.size === 1);
  });

  test("an edit that is saved while the older answer is on its way is sent after it", async () => {
    await outbox.put(log(1, "first"));
    server.meanwhile = () => outbox.put(log(1, "second"));
    await outbox.flush();
    expect(server.arrived).toHaveLength(2);
    expect(server.stored.get("/api/me/exercise-logs/1")).toEqual({ note: "second" });
    expect(await waiting()).toEqual([]);
  });

  test("a newer entry replaces the one that waits", async () => {
    await outbox.put(log(1, "first"));
    await outbox.put(log(1, "second"));
    expect(await waiting()).toEqual(["log/1"]);
    await outbox.flush();
    expect(server.arrived).toHaveLength(1);
  });

  test("an answer that arrives after signing out leaves nothing of the person on the phone", async () => {
    await outbox.put(log(1));
    server.meanwhile = () => store.clear();
    await outbox.flush();
    expect(server.stored.size).toBe(1);
    for (const kept of ["outbox", "sent", "logs"] as const) expect(await store.all(kept)).toEqual([]);
  });

  test("what the server confirmed is kept as a copy", async () => {
    await outbox.put({
      kind: "checkin",
      key: "checkin/2026-03-02",
      method: "PUT",
      path: "/api/me/checkins/2026-03-02",
      body: part<CheckInEntry>({ painNow: 0 }),
    });
    await outbox.flush();
    expect(await store.get("checkins", "2026-03-02")).toEqual({ day: "2026-03-02", painNow: 0 });
  });
});

describe("answers other than 2xx", () => {
  test.each([408, 425, 429, 502, 503, 504])("%i keeps the row and stops the run", async (status) => {
    await outbox.put(log(1));
    await outbox.put(log(2));
    server.faults.push({ status });
    expect((await outbox.flush()).end).toBe("later");
    expect(server.arrived).toHaveLength(1);
    expect(await waiting()).toEqual(["log/1", "log/2"]);
  });

  test("500 keeps its row and lets the others pass", async () => {
    for (const number of [1, 2, 3]) await outbox.put(log(number));
    server.refuses.set("/api/me/exercise-logs/1", 500);
    expect((await outbox.flush()).end).toBe("later");
    expect(await waiting()).toEqual(["log/1"]);
  });

  test("a server that answers 500 to everything is not asked about every row", async () => {
    for (let number = 0; number < 20; number++) {
      await outbox.put(log(number));
      server.refuses.set(`/api/me/exercise-logs/${number}`, 500);
    }
    expect((await outbox.flush()).end).toBe("later");
    expect(server.arrived.length).toBeLessThan(6);
    expect(await waiting()).toHaveLength(20);
  });

  test("401 keeps everything and says so", async () => {
    await outbox.put(log(1));
    server.faults.push({ status: 401 });
    expect(await outbox.flush()).toEqual({ end: "signed-out" });
    expect(await waiting()).toEqual(["log/1"]);
  });

  test.each([400, 403, 404, 409, 413, 422])(
    "%i parks the row, shows why, and goes on with the next",
    async (status) => {
      await outbox.put(log(1));
      await outbox.put(log(2));
      server.refuses.set("/api/me/exercise-logs/1", status);
      expect((await outbox.flush()).end).toBe("empty");
      const [row] = await outbox.rows();
      expect(row?.refused).toMatchObject({ status, code: `code-${status}` });
      await outbox.flush();
      expect(server.arrived.filter((path) => path.endsWith("/1"))).toHaveLength(1);
    },
  );

  test("a parked row can be tried again or removed, by hand only", async () => {
    await outbox.put(log(1));
    server.faults.push({ status: 400 });
    await outbox.flush();
    const seq = (await outbox.rows())[0]!.seq!;
    await outbox.retry(seq);
    server.faults.push({ status: 400 });
    await outbox.flush();
    expect(await waiting()).toEqual(["log/1"]);
    await outbox.discard(seq);
    expect(await waiting()).toEqual([]);
  });

  test("a newer entry for the same thing takes the place of a parked one", async () => {
    await outbox.put(log(1, "wrong"));
    server.faults.push({ status: 400 });
    await outbox.flush();
    await outbox.put(log(1, "right"));
    await outbox.flush();
    expect(server.stored.get("/api/me/exercise-logs/1")).toEqual({ note: "right" });
    expect(await waiting()).toEqual([]);
  });

  test("a refusal that arrives after an edit does not bring the old row back", async () => {
    await outbox.put(log(1, "wrong"));
    server.faults.push({ status: 400 });
    server.meanwhile = () => outbox.put(log(1, "right"));
    await outbox.flush();
    expect(server.stored.get("/api/me/exercise-logs/1")).toEqual({ note: "right" });
    expect(await outbox.rows()).toEqual([]);
  });

  test("Retry-After is handed on", async () => {
    const busy = new Outbox(
      store,
      () => Promise.reject(new Problem(503, "unavailable", "Busy", undefined, undefined, 7000)),
      (work) => work(),
    );
    tabs.push(busy);
    await busy.put(log(1));
    expect(await busy.flush()).toEqual({ end: "later", waitMs: 7000 });
  });
});

describe("a warning sign in a check-in that the server refuses", () => {
  const path = "/api/me/checkins/2026-03-02";
  const body = part<CheckInEntry>({
    clientEventId: "e1",
    answeredAt: "2026-03-02T15:00:00.000Z",
    timeZone: "America/Denver",
    painNow: 7,
    safetyYes: ["bladder"],
  });
  const checkIn: Entry = { kind: "checkin", key: "checkin/2026-03-02", method: "PUT", path, body };

  test("reaches the clinic in the same run, once, and the check-in stays to be seen", async () => {
    server.refuses.set(path, 400);
    await outbox.put(checkIn);
    expect((await outbox.flush()).end).toBe("empty");
    const { clientEventId: id, answeredAt, timeZone, safetyYes } = body;
    expect(server.stored.get("/api/me/safety-answers")).toEqual({ id, answeredAt, timeZone, safetyYes });
    expect(await waiting()).toEqual(["checkin/2026-03-02"]);
    await outbox.flush();
    expect(server.arrived).toHaveLength(2);
  });

  test("waits for the network by itself when the answer to the check-in was the last that came", async () => {
    server.refuses.set(path, 400);
    await outbox.put(checkIn);
    server.faults.push(undefined, { lost: "request" });
    expect((await outbox.flush()).end).toBe("later");
    expect(await waiting()).toEqual(["checkin/2026-03-02", "safety/e1"]);
    await outbox.flush();
    expect(server.stored.has("/api/me/safety-answers")).toBe(true);
  });

  test("makes no entry where there is none", async () => {
    server.refuses.set(path, 400);
    await outbox.put({ ...checkIn, body: { ...body, safetyYes: [] } });
    await outbox.flush();
    expect(server.arrived).toEqual([path]);
  });
});

describe("a warning sign", () => {
  const path = "/api/me/safety-answers";
  const sign: Entry = {
    kind: "safety",
    key: "safety/s1",
    method: "POST",
    path,
    body: part<SafetyAnswerEntry>({ id: "s1", safetyYes: ["saddle"] }),
  };

  test.each([400, 403, 413])(
    "that is refused with %i is kept, seen, and tried again until it is through",
    async (status) => {
      server.refuses.set(path, status);
      await outbox.put(sign);
      expect(await outbox.flush()).toEqual({ end: "refused", sent: 0 });
      expect(await outbox.flush()).toEqual({ end: "refused", sent: 0 });
      expect(server.arrived).toEqual([path, path]);
      expect(await arrivalOf(outbox, sign.key)).toBe("refused");
      expect((await outbox.rows())[0]?.refused).toMatchObject({ status });

      server.refuses.clear();
      expect(await outbox.flush()).toEqual({ end: "empty", sent: 1 });
      expect(await arrivalOf(outbox, sign.key)).toBe("sent");
      expect(await waiting()).toEqual([]);
    },
  );

  test("that is refused stops nothing else", async () => {
    server.refuses.set(path, 400);
    await outbox.put(sign);
    await outbox.put(log(1));
    expect(await outbox.flush()).toEqual({ end: "refused", sent: 1 });
  });

  test("goes before what was entered earlier", async () => {
    for (let number = 0; number < 5; number++) await outbox.put(log(number));
    await outbox.put(sign);
    server.faults.push(undefined, { status: 503 });
    await outbox.flush();
    expect(server.arrived[0]).toBe(path);
    expect(server.stored.has(path)).toBe(true);
  });

  test("pauses the exercises from the moment that the server has it, also before it is asked", async () => {
    const answer = { safetyYes: ["saddle"], safetyLevel: "emergency", answeredAt: "2026-03-02T15:00:00Z" };
    const sending = new Outbox(
      store,
      async () => part(await Promise.resolve(answer)),
      (work) => work(),
    );
    tabs.push(sending);
    await sending.put(sign);
    await sending.flush();
    expect(await store.get("single", "pause")).toMatchObject({ reason: "emergency", since: answer.answeredAt });
    expect(await store.get("single", "warning")).toMatchObject({ level: "emergency", signs: ["saddle"] });
  });

  test("that the server refused with its check-in is refused until it arrives by itself", async () => {
    const checkIn = {
      kind: "checkin",
      key: "checkin/2026-03-02",
      method: "PUT",
      path: "/api/me/checkins/2026-03-02",
    } as const;
    const body = part<CheckInEntry>({
      clientEventId: "e1",
      answeredAt: "2026-03-02T15:00:00.000Z",
      timeZone: "UTC",
      safetyYes: ["saddle"],
    });
    await outbox.put({ ...checkIn, body });
    expect(await arrivalOfSigns(outbox, checkIn.key, "e1")).toBe("waiting");
    server.refuses.set(checkIn.path, 400);
    server.refuses.set(path, 400);
    await outbox.flush();
    expect(await arrivalOfSigns(outbox, checkIn.key, "e1")).toBe("refused");
    server.refuses.delete(path);
    await outbox.flush();
    expect(await arrivalOfSigns(outbox, checkIn.key, "e1")).toBe("sent");
    expect(await arrivalOf(outbox, checkIn.key)).toBe("refused");
  });
});

test("of what was never entered, or was taken out of the queue, nobody says that it was sent", async () => {
  expect(await arrivalOf(outbox, "log/1")).toBe("unknown");
  await outbox.put(log(1));
  expect(await arrivalOf(outbox, "log/1")).toBe("waiting");
  await outbox.discard((await outbox.rows())[0]!.seq!);
  expect(await arrivalOf(outbox, "log/1")).toBe("unknown");
});

describe("two tabs", () => {
  test("send every row once", async () => {
    const oneAtATime = mutex();
    const first = tab(oneAtATime);
    const second = tab(oneAtATime);
    for (let number = 0; number < 30; number++) await (number % 2 ? first : second).put(log(number));
    await Promise.all([first.flush(), second.flush(), first.flush()]);
    expect(server.arrived).toHaveLength(30);
    expect(new Set(server.arrived).size).toBe(30);
  });

  test("ask the browser for the one lock, where it has locks", async () => {
    const oneAtATime = mutex();
    const asked: string[] = [];
    const request = (name: string, work: () => Promise<Run>) => (asked.push(name), oneAtATime(work));
    vi.stubGlobal("navigator", { locks: { request } });
    const both = [new Outbox(store, server.send), new Outbox(store, server.send)];
    tabs.push(...both);
    for (let number = 0; number < 10; number++) await outbox.put(log(number));
    await Promise.all(both.map((each) => each.flush()));
    vi.unstubAllGlobals();
    expect(server.arrived).toHaveLength(10);
    expect(asked).toEqual(["homeplan-outbox", "homeplan-outbox"]);
  });

  test("hear of each other's rows", async () => {
    const second = tab();
    const listener = vi.fn();
    second.onChange(listener);
    await outbox.put(log(1));
    await vi.waitUntil(() => listener.mock.calls.length > 0);
  });
});

describe("a full device", () => {
  test("a save that does not fit says so and keeps what was there", async () => {
    await outbox.put(log(1));
    abortWrites("outbox");
    await expect(outbox.put(log(2))).rejects.toBeInstanceOf(StorageFull);
    vi.restoreAllMocks();
    expect(await waiting()).toEqual(["log/1"]);
  });

  test("a confirmed row leaves the queue even when its copy does not fit", async () => {
    await outbox.put(log(1));
    abortWrites("sent");
    expect((await outbox.flush()).end).toBe("empty");
    vi.restoreAllMocks();
    expect(await waiting()).toEqual([]);
    expect(server.arrived).toHaveLength(1);
  });
});

describe("a server that was restored from an older copy", () => {
  test("gets the last fourteen days again, each thing in its latest form", async () => {
    await signedIn();
    await outbox.put(log(1));
    await outbox.flush();
    now += 15 * 86_400_000;
    await outbox.put(log(2));
    await outbox.put(log(3, "old"));
    await outbox.flush();
    await outbox.put(log(3, "newer"));
    now += 13 * 86_400_000;
    server.stored.clear();
    expect(await resendConfirmed(store, outbox, "first", "second", now)).toBe(2);
    await outbox.flush();
    expect(Object.fromEntries(server.stored)).toEqual({
      "/api/me/exercise-logs/2": { note: "first" },
      "/api/me/exercise-logs/3": { note: "newer" },
    });
  });
});

test("a restored server gets the entries in the order in which they were made", async () => {
  await signedIn();
  for (const number of [9, 2, 5]) {
    now += 1_000;
    await outbox.put(log(number));
  }
  await outbox.flush();
  server.arrived.splice(0);
  await resendConfirmed(store, outbox, "first", "second", now);
  await outbox.flush();
  expect(server.arrived.map((path) => path.at(-1))).toEqual(["9", "2", "5"]);
});

/** Makes every transaction that writes into a store abort as a full device does: the puts succeed, the end does not. */
function abortWrites(name: string): void {
  for (const method of ["put", "add"] as const) {
    const original = Object.getOwnPropertyDescriptor(IDBObjectStore.prototype, method)!.value as IDBObjectStore["put"];
    vi.spyOn(IDBObjectStore.prototype, method).mockImplementation(function (this: IDBObjectStore, ...given) {
      const request = original.apply(this, given as [unknown]);
      if (this.name === name) {
        request.onsuccess = () => {
          Object.defineProperty(this.transaction, "error", { value: new DOMException("Full", "QuotaExceededError") });
          this.transaction.abort();
        };
      }
      return request;
    });
  }
}

function mutex(): Lock {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const run = last.then(work);
    last = run.catch(() => undefined);
    return run;
  };
}
