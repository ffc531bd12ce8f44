import { afterEach, beforeEach, expect, test, vi } from "vitest";

import type { Outbox, Run } from "../../src/core/outbox";
import { keepSending, type Sync, waitFor } from "../../src/core/sync";

let ends: Run[];
let runs: number;
let sync: Sync;
const page = new EventTarget();

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("document", Object.assign(new EventTarget(), { visibilityState: "visible" }));
  vi.stubGlobal("addEventListener", page.addEventListener.bind(page));
  vi.stubGlobal("removeEventListener", page.removeEventListener.bind(page));
  [ends, runs] = [[], 0];
});

afterEach(() => {
  sync.stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

async function start(): Promise<void> {
  const flush = (): Promise<Run> => (runs++, Promise.resolve(ends.shift() ?? { end: "empty", sent: 0 }));
  sync = keepSending({ flush } as unknown as Outbox, () => undefined);
  await vi.advanceTimersByTimeAsync(0);
}

test("it sends at the start, when the network is back, and when the person is", async () => {
  await start();
  expect(runs).toBe(1);
  page.dispatchEvent(new Event("online"));
  await vi.advanceTimersByTimeAsync(0);
  expect(runs).toBe(2);
  document.dispatchEvent(new Event("visibilitychange"));
  await vi.advanceTimersByTimeAsync(0);
  expect(runs).toBe(3);
});

test("it leaves a page in peace that was put away", async () => {
  await start();
  vi.stubGlobal("document", Object.assign(document, { visibilityState: "hidden" }));
  document.dispatchEvent(new Event("visibilitychange"));
  await vi.advanceTimersByTimeAsync(0);
  expect(runs).toBe(1);
});

test("it tries again also after the phone's own store failed", async () => {
  const flush = vi.fn().mockRejectedValueOnce(new Error("no store")).mockResolvedValue({ end: "empty", sent: 0 });
  const listener = vi.fn();
  sync = keepSending({ flush } as unknown as Outbox, listener);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(listener.mock.calls.map(([run]) => (run as Run).end)).toEqual(["later", "empty"]);
});

test("after a failure it comes back by itself, ever more slowly, until it succeeds", async () => {
  ends = Array.from({ length: 3 }, () => ({ end: "later", waitMs: undefined }));
  await start();
  for (const [wait, expected] of [
    [4_999, 1],
    [1, 2],
    [9_999, 2],
    [1, 3],
    [20_000, 4],
    [3_600_000, 4],
  ] as const) {
    await vi.advanceTimersByTimeAsync(wait);
    expect(runs).toBe(expected);
  }
});

test("a warning sign that was refused is tried again, ever more slowly", async () => {
  ends = Array.from({ length: 2 }, () => ({ end: "refused", sent: 0 }));
  await start();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(runs).toBe(2);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(runs).toBe(3);
});

test("it waits as long as the server asks", async () => {
  ends = [{ end: "later", waitMs: 60_000 }];
  await start();
  await vi.advanceTimersByTimeAsync(59_999);
  expect(runs).toBe(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(runs).toBe(2);
});

test.each([0, -5, 86_400_000, 1e12])("a server that asks for %i ms is neither hammered nor forgotten", (asked) => {
  expect(waitFor(asked, 1)).toBeGreaterThanOrEqual(5_000);
  expect(waitFor(asked, 1)).toBeLessThanOrEqual(300_000);
});

test("signed out, it does not ask again by itself", async () => {
  ends = [{ end: "signed-out" }];
  await start();
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(runs).toBe(1);
});
