import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import type { ExerciseLogEntry, Me, Plan } from "../../src/core/api";
import { part } from "../part";

const walk = {
  prescriptionId: "walk",
  slug: "easy-walk",
  kind: "exercise",
  held: false,
  position: 0,
  timesDue: 1,
  dosage: null,
  tiny: null,
};
const evening = Date.parse("2026-01-12T23:59:00-07:00");
let phone: Phone;
let asked: string[];

type Phone = Awaited<ReturnType<typeof started>>;

/** The state of a page that has just been opened. */
async function started() {
  const [{ store, outbox }, { copies }, { entries }, { person }, { storage }] = await Promise.all([
    import("../../src/patient/state/store"),
    import("../../src/patient/state/copies.svelte"),
    import("../../src/patient/state/entries.svelte"),
    import("../../src/patient/state/person.svelte"),
    import("../../src/patient/state/storage.svelte"),
  ]);
  return { store, outbox, copies, entries, person, storage };
}

beforeEach(async () => {
  vi.resetModules();
  globalThis.indexedDB = new IDBFactory();
  vi.useFakeTimers({ toFake: ["Date", "setTimeout"], now: evening });
  vi.stubGlobal("navigator", { languages: ["en-US"], onLine: true });
  vi.stubGlobal("addEventListener", () => undefined);
  vi.stubGlobal("document", Object.assign(new EventTarget(), { documentElement: {}, visibilityState: "visible" }));
  answering(() => new Response("{}", { status: 503 }));
  phone = await started();
  await Promise.all([import("../../src/core/exchange"), import("../../src/core/sending")]); // as after the first paint
  const segment = { day: "2026-01-12", from: "2026-01-12T07:00:00Z", until: "2026-01-13T07:00:00Z", items: [walk] };
  const plan = { segments: [segment], items: { "easy-walk": {} }, logs: [] } as unknown as Plan;
  await phone.store.put("single", { plan, fetchedAt: evening }, "plan");
  await phone.copies.read();
}, 60_000); // the first one compiles them

afterEach(async () => {
  await vi.dynamicImportSettled(); // what a test has saved begins to be sent
  phone.outbox.close();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function answering(answer: () => Response): void {
  asked = [];
  vi.stubGlobal(
    "fetch",
    (path: string, { method }: RequestInit) => (asked.push(`${method} ${path}`), Promise.resolve(answer())),
  );
}

async function logged(): Promise<ExerciseLogEntry> {
  return (await phone.outbox.rows())[0]?.body as ExerciseLogEntry;
}

test("an exercise done belongs to the day of its list, also when it is another day elsewhere", async () => {
  await phone.entries.note(walk, { outcome: "completed" }, "log-1");
  expect((await logged()).day).toBe("2026-01-12");
});

test("what is added to a log is later than the log, also on a phone whose clock was set back", async () => {
  await phone.entries.note(walk, { outcome: "completed" }, "log-1");
  const { occurredAt } = await logged();
  vi.setSystemTime(evening - 3_600_000);
  await phone.entries.amend("log-1", { painDuring: 2 });
  const amended = await logged();
  expect(amended.painDuring).toBe(2);
  expect(Date.parse(amended.occurredAt)).toBeGreaterThan(Date.parse(occurredAt));
});

test("what is saved goes out at once", async () => {
  await phone.entries.note(walk, { outcome: "completed" }, "log-1");
  await vi.waitUntil(() => asked.includes("PUT /api/me/exercise-logs/log-1"));
});

test("a server that asks to sign in again keeps the entry waiting, and the phone says so", async () => {
  answering(() => new Response("{}", { status: 401 }));
  await phone.entries.note(walk, { outcome: "completed" }, "log-1");
  await vi.waitUntil(() => phone.person.signedOut);
  expect(await phone.outbox.rows()).toHaveLength(1);
});

test("what does not fit is kept in sight with its reason, until it fits", async () => {
  const { StorageFull } = await import("../../src/core/db");
  vi.spyOn(phone.outbox, "put").mockRejectedValueOnce(new StorageFull("Full"));
  expect(await phone.entries.note(walk, { outcome: "completed" }, "log-1")).toBe(false);
  expect([phone.storage.fault, phone.entries.unsaved.length]).toEqual(["full", 1]);
  await phone.entries.keepUnsaved();
  expect([phone.storage.fault, phone.entries.unsaved.length, (await phone.outbox.rows()).length]).toEqual([
    undefined,
    0,
    1,
  ]);
});

test("what did not fit is not sent in the name of the next person", async () => {
  const { StorageFull } = await import("../../src/core/db");
  await phone.store.put("single", part<Me>({ patient: { id: "ana" } }), "me");
  await phone.copies.read();
  vi.spyOn(phone.outbox, "put").mockRejectedValueOnce(new StorageFull("Full"));
  await phone.entries.note(walk, { outcome: "completed" }, "log-1");
  await phone.store.remove("single", "me");
  await phone.copies.read();
  expect(phone.entries.unsaved).toHaveLength(1); // a person who was signed out may come back

  await phone.store.put("single", part<Me>({ patient: { id: "ben" } }), "me");
  await phone.copies.read();
  expect(phone.entries.unsaved).toEqual([]);
});
