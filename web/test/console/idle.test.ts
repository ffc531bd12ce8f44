import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { idle } from "../../src/console/identity/idle.svelte";

const minute = 60_000;
let listeners: Record<string, () => void>;
let kept: Record<string, string>;
let requests: string[];
let lock: ReturnType<typeof vi.fn<() => void>>;
let stop: () => void;

beforeEach(() => {
  vi.useFakeTimers();
  listeners = {};
  kept = {};
  requests = [];
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => kept[key] ?? null,
    setItem: (key: string, value: string) => (kept[key] = value),
  });
  vi.stubGlobal("addEventListener", (sign: string, listener: () => void) => (listeners[sign] = listener));
  vi.stubGlobal("removeEventListener", (sign: string) => delete listeners[sign]);
  vi.stubGlobal("fetch", (path: string) => {
    requests.push(path);
    return Promise.resolve(new Response("{}"));
  });
  lock = vi.fn<() => void>();
  stop = idle.watch(15, lock);
});

afterEach(() => {
  stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const pass = (minutes: number) => vi.advanceTimersByTimeAsync(minutes * minute);

test("an unused desk warns for a minute, then locks, before the server ends the sign-in after 15", async () => {
  await pass(12.9);
  expect(idle.ending).toBe(false);
  await pass(0.2);
  expect(idle.ending).toBe(true);
  expect(lock).not.toHaveBeenCalled();
  await pass(1);
  expect(lock).toHaveBeenCalled();
  expect(idle.ending).toBe(false);
});

test("the desk stays open where the person says so, and tells the server", async () => {
  await pass(13.5);
  listeners["keydown"]!(); // meant for the page: it must not close the warning
  expect(idle.ending).toBe(true);
  idle.stay();
  expect(idle.ending).toBe(false);
  expect(requests).toEqual(["/api/staff/me"]);
  await pass(12.9);
  expect([idle.ending, lock.mock.calls.length]).toEqual([false, 0]);
});

test("steady typing tells the server once a minute", async () => {
  for (let second = 0; second < 150; second++) {
    await vi.advanceTimersByTimeAsync(1000);
    listeners["keydown"]!();
  }
  expect(requests).toHaveLength(2);
});

test("use in another tab counts here", async () => {
  await pass(13.5);
  for (const key of Object.keys(kept)) kept[key] = String(Date.now());
  await pass(0.1);
  expect(idle.ending).toBe(false);
});

test("the first key after a computer slept locks, and does not count as use", async () => {
  vi.setSystemTime(Date.now() + 60 * minute);
  listeners["pointerdown"]!();
  await vi.advanceTimersByTimeAsync(0);
  expect(lock).toHaveBeenCalledOnce();
  expect(requests).toEqual([]);
});

test("a desk that is left is watched no longer", async () => {
  stop();
  expect(listeners).toEqual({});
  await pass(20);
  expect(lock).not.toHaveBeenCalled();
});
