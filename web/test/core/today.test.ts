import { describe, expect, test } from "vitest";

import type { ExerciseLog, ExerciseLogEntry } from "../../src/core/api";
import { itemsOf, knownLogs, logOutboxEntry, segmentAt, undoOutboxEntry } from "../../src/core/today";
import { item, plan, segment } from "./plans";

/** A log as the server stores it. */
function stored(id: string, entry: ExerciseLogEntry): ExerciseLog {
  const unsaid = {
    timeZone: null,
    skipReason: null,
    setsDone: null,
    repsDone: null,
    secondsDone: null,
    painDuring: null,
    effort: null,
  };
  return {
    ...unsaid,
    stopped: false,
    enteredBy: null,
    ...entry,
    id,
    kind: "exercise",
    slug: "bridge",
    revision: 1,
    counts: true,
  };
}

function log(changes: Partial<ExerciseLogEntry> = {}): ExerciseLogEntry {
  return {
    ...{ prescriptionId: "p1", day: "2026-03-02", occurredAt: "2026-03-02T10:00:00Z", timeZone: "UTC" },
    ...{ outcome: "completed", stopped: false },
    ...changes,
  };
}

describe("the segment that holds now", () => {
  const two = plan(
    segment("2026-03-02T07:00:00Z", "2026-03-02T20:00:00Z", []),
    segment("2026-03-02T20:00:00Z", "2026-03-03T07:00:00Z", [item()]),
  );

  test("begins at its first instant and ends before its last", () => {
    expect(segmentAt(two, new Date("2026-03-02T19:59:59.999Z"))).toBe(two.segments[0]);
    expect(segmentAt(two, new Date("2026-03-02T20:00:00Z"))).toBe(two.segments[1]);
  });

  test("is none when the plan on this phone is too old, or the clock far off", () => {
    expect(segmentAt(two, new Date("2026-03-03T07:00:00Z"))).toBeUndefined();
    expect(segmentAt(two, new Date("2020-01-01T00:00:00Z"))).toBeUndefined();
  });

  test("is compared as an instant, with any offset that the server writes", () => {
    const offset = plan(segment("2026-03-02T00:00:00-07:00", "2026-03-03T00:00:00-07:00", []));
    expect(segmentAt(offset, new Date("2026-03-03T06:59:00Z"))).toBe(offset.segments[0]);
  });
});

describe("what is done", () => {
  const now = segment("2026-03-02T07:00:00Z", "2026-03-03T07:00:00Z", [item()]);
  const today = plan(now);

  function itemAfter(...logs: ExerciseLogEntry[]) {
    const waiting = logs.map((entry, at) => logOutboxEntry(`log-${at}`, entry));
    return itemsOf(today, now, knownLogs(today, [], waiting))[0]!;
  }

  test("counts logs that wait on this phone", () => {
    expect(itemAfter(log())).toMatchObject({ timesDone: 1, timesLeft: 1 });
    expect(itemAfter(log(), log({ outcome: "tiny" }))).toMatchObject({ timesDone: 2, timesLeft: 0 });
  });

  test("a skip is not asked for again, and is not done", () => {
    expect(itemAfter(log({ outcome: "skipped" }))).toMatchObject({ timesDone: 0, timesLeft: 1, skipped: true });
  });

  test("after 'too painful' nothing more is asked that day", () => {
    expect(itemAfter(log({ outcome: "partly", setsDone: 0, stopped: true }))).toMatchObject({
      timesLeft: 0,
      stopped: true,
    });
  });

  test("a part or a skip can be made up for, what is done cannot be done again", () => {
    const part = log({ outcome: "partly", setsDone: 1 });
    expect(itemAfter(part, log({ outcome: "skipped" }))).toMatchObject({ timesLeft: 0, timesOpen: 2 });
    expect(itemAfter(part, log(), log({ outcome: "tiny" }))).toMatchObject({ timesOpen: 0 });
    expect(itemAfter(log({ outcome: "partly", stopped: true }))).toMatchObject({ timesOpen: 0 });
  });

  test("yesterday's log does not count today", () => {
    expect(itemAfter(log({ day: "2026-03-01" }))).toMatchObject({ timesDone: 0, timesLeft: 2 });
  });

  test("a log that the server has and the phone repeats counts once", () => {
    const sent = stored("log-0", log());
    const logs = knownLogs({ ...today, logs: [sent] }, [sent], [logOutboxEntry("log-0", log())]);
    expect(logs).toHaveLength(1);
  });

  test("a log goes out under its own id, however often, and is taken back under it", () => {
    const [once, twice, undone] = [
      logOutboxEntry("log-0", log()),
      logOutboxEntry("log-0", log()),
      undoOutboxEntry("log-0"),
    ];
    expect(once).toMatchObject({ key: "log/log-0", method: "PUT", path: "/api/me/exercise-logs/log-0" });
    expect(twice).toEqual(once);
    expect(undone).toMatchObject({ key: once.key, method: "DELETE", path: once.path });
  });

  test("a log that is taken back does not count, though the server still has it", () => {
    const sent = stored("log-0", log());
    expect(knownLogs({ ...today, logs: [sent] }, [sent], [undoOutboxEntry("log-0")])).toEqual([]);
  });

  test("a log made under an older prescription of the same exercise counts", () => {
    const older = stored("x", log({ prescriptionId: "older" }));
    expect(itemsOf(today, now, [older])[0]).toMatchObject({ timesDone: 1 });
  });

  test("a resting item asks for nothing", () => {
    const held = segment(now.from, now.until, [item({ held: true, timesDue: 0 })]);
    expect(itemsOf(plan(held), held, [])[0]).toMatchObject({ held: true, timesLeft: 0 });
  });
});
