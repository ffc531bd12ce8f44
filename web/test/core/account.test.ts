import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { comeBack, pair, refreshMe, saveLanguage, signOut } from "../../src/core/account";
import type { ExerciseLogEntry, Me } from "../../src/core/api";
import { Problem } from "../../src/core/call";
import { knownMe } from "../../src/core/copies";
import { Store } from "../../src/core/db";
import { Outbox } from "../../src/core/outbox";
import { refreshCheckIns } from "../../src/core/history";
import { refreshPause, refreshPlan } from "../../src/core/plan";
import { refreshProgress } from "../../src/core/progress";
import { refreshReminders, reportZone } from "../../src/core/reminders";
import type * as Requeue from "../../src/core/requeue";
import { part } from "../part";
import { FakeServer } from "./server";

const again = vi.hoisted(() => vi.fn<typeof Requeue.resendConfirmed>());
vi.mock("../../src/core/requeue", () => ({ resendConfirmed: again }));
const { resendConfirmed } = await vi.importActual<typeof Requeue>("../../src/core/requeue");

const ana = { patient: { id: "ana" }, storeEpoch: "first" } as Me;
const waiting = {
  kind: "log",
  key: "log/1",
  method: "PUT",
  path: "/api/me/exercise-logs/1",
  body: part<ExerciseLogEntry>({}),
} as const;
let store: Store;
let outbox: Outbox;

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
  store = new Store("test");
  outbox = new Outbox(
    store,
    () => Promise.reject(new Problem(0, "offline", "No answer")),
    (work) => work(),
  );
  vi.stubGlobal("navigator", { userAgent: "Android Chrome", maxTouchPoints: 5 });
  vi.stubGlobal("matchMedia", () => ({ matches: true }));
  vi.stubGlobal("caches", { delete: () => Promise.resolve(true) });
});

afterEach(() => {
  outbox.close();
  vi.unstubAllGlobals();
});

function answering(me: Me | undefined): void {
  vi.stubGlobal("fetch", () =>
    me ? Promise.resolve(new Response(JSON.stringify(me))) : Promise.reject(new TypeError("offline")),
  );
}

describe("a person who joins on a phone that someone used before", () => {
  beforeEach(async () => {
    await store.put("single", ana, "me");
    await outbox.put(waiting);
  });

  test("finds what waits to be sent, when it is the same person who signs in again", async () => {
    answering(ana);
    await pair(store, "s", { token: "t" }, "en");
    expect((await outbox.rows()).map(({ key }) => key)).toEqual(["log/1"]);
  });

  test("finds nothing of the one before, when it is someone else", async () => {
    answering({ ...ana, patient: { ...ana.patient, id: "ben" } });
    await pair(store, "s", { token: "t" }, "en");
    expect(await outbox.rows()).toEqual([]);
    expect((await knownMe(store))?.patient.id).toBe("ben");
  });
});

test("a phone that lost its store keeps who the server says is signed in", async () => {
  answering(ana);
  await comeBack(store);
  expect((await knownMe(store))?.patient.id).toBe("ana");
});

describe("a server that may have been restored from an older copy", () => {
  beforeEach(async () => {
    again.mockReset().mockResolvedValue(1);
    await store.put("single", ana, "me");
  });

  test("is sent nothing again while its epoch stays", async () => {
    answering(ana);
    await refreshMe(store, outbox);
    expect(again).not.toHaveBeenCalled();
  });

  test("is sent the last days again once when its epoch has changed", async () => {
    answering({ ...ana, storeEpoch: "second" });
    await refreshMe(store, outbox);
    await refreshMe(store, outbox);
    expect(again).toHaveBeenCalledTimes(1);
  });

  test.each([
    ["signed in again", () => pair(store, "s", { token: "t" }, "en")],
    ["changed the language", () => saveLanguage(store, "es")],
  ])("is sent the last days again also when the person %s before", async (_, before) => {
    answering({ ...ana, storeEpoch: "second" });
    await before();
    await refreshMe(store, outbox);
    expect(again).toHaveBeenCalledTimes(1);
  });

  test("is asked again at the next start when the phone could not queue them", async () => {
    answering({ ...ana, storeEpoch: "second" });
    again.mockRejectedValueOnce(new Error("full"));
    await expect(refreshMe(store, outbox)).rejects.toThrow("full");
    await refreshMe(store, outbox);
    expect(again).toHaveBeenCalledTimes(2);
  });
});

describe("a server that was restored while it is asked twice", () => {
  let server: FakeServer;
  let answers: ((storeEpoch: string) => void)[];

  beforeEach(async () => {
    server = new FakeServer();
    outbox.close();
    outbox = new Outbox(store, server.send, (work) => work());
    await store.put("single", ana, "me");
    await outbox.put(waiting);
    await outbox.flush();
    answers = [];
    again.mockReset().mockImplementation(resendConfirmed);
    vi.stubGlobal("fetch", () => {
      const me = (storeEpoch: string) => new Response(JSON.stringify({ ...ana, storeEpoch }));
      return new Promise<Response>((resolve) => answers.push((storeEpoch) => resolve(me(storeEpoch))));
    });
  });

  async function askedTwice(): Promise<[Promise<Me>, Promise<Me>]> {
    const asked: [Promise<Me>, Promise<Me>] = [refreshMe(store, outbox), refreshMe(store, outbox)];
    await vi.waitFor(() => expect(answers).toHaveLength(2));
    return asked;
  }

  test("is sent the last days again once", async () => {
    const [first, second] = await askedTwice();
    answers[0]!("second");
    await first;
    await outbox.flush();
    answers[1]!("second");
    await second;
    await outbox.flush();
    expect(server.arrived).toHaveLength(2);
  });

  test("is sent them once also when its answer from before comes last", async () => {
    const [first, second] = await askedTwice();
    answers[1]!("second");
    await second;
    await outbox.flush();
    answers[0]!("first");
    await first;
    await outbox.flush();
    expect(server.arrived).toHaveLength(2);
    expect((await knownMe(store))?.storeEpoch).toBe("second");
  });
});

test("signing out without an answer forgets nothing, and with one everything", async () => {
  await store.put("single", ana, "me");
  await outbox.put(waiting);
  answering(undefined);
  await expect(signOut(store)).rejects.toBeInstanceOf(Problem);
  expect(await outbox.rows()).toHaveLength(1);
  answering(ana);
  await signOut(store);
  expect([await outbox.rows(), await knownMe(store)]).toEqual([[], undefined]);
});

describe("an answer that was asked for before someone signed out in another tab", () => {
  const answers: Record<string, object> = {
    "/api/me": ana,
    "/api/me/plan": { segments: [], logs: [{ id: "one" }] },
    "/api/me/exercise-pause": { pause: null, warning: null, needling: null },
    "/api/me/progress": { days: [] },
    "/api/me/reminders": { reminders: [] },
    "/api/me/phone-zone": {},
  };
  const asking: Record<string, (phone: Store) => Promise<unknown>> = {
    "who is signed in": (phone) => refreshMe(phone, outbox),
    "the plan": (phone) => refreshPlan(phone, 0),
    "the check-ins": (phone) => refreshCheckIns(phone, 0),
    "the pause": (phone) => refreshPause(phone, 0),
    "the progress": refreshProgress,
    "the reminders": refreshReminders,
    "the zone": (phone) => reportZone(phone, "America/Denver"),
  };

  test.each(Object.entries(asking))("is not kept: %s", async (_, ask) => {
    const kept = async () =>
      [...(await store.all("single")), ...(await store.all("checkins")), ...(await store.all("logs"))].length;
    await store.put("single", ana, "me");
    const arrives = (before: () => Promise<unknown>) =>
      vi.stubGlobal(
        "fetch",
        async (path: string) => (
          await before(),
          new Response(JSON.stringify(answers[path] ?? [{ day: "2026-03-01" }]))
        ),
      );
    arrives(() => Promise.resolve());
    await ask(store);
    expect(await kept()).toBeGreaterThan(0);

    arrives(() => new Store("test").clear());
    await store.remove("single", "reportedZone");
    await ask(store);
    expect(await kept()).toBe(0);
  });
});
