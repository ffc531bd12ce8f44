import { describe, expect, test } from "vitest";

import type { ExerciseLog, Plan, Progress } from "../../src/core/api";
import type { CheckInEntryOfDay } from "../../src/core/checkin";
import type { Row } from "../../src/core/entry";
import { amendedDays, daysWith, type Known, pausedSince } from "../../src/core/progressDays";
import type { KnownLog } from "../../src/core/today";

const fetched = days(["2026-02-27", 6, "done"], ["2026-02-28", null, "open"], ["2026-03-01", 5, "open"]);
const nothing: Known = {
  today: "2026-03-01",
  plan: undefined,
  checkIns: [],
  logs: [],
  amended: new Set(),
  pausedSince: undefined,
};

function days(
  ...told: [day: string, painNow: number | null, exercise: Progress["days"][number]["exercise"]][]
): Pick<Progress, "days"> {
  return {
    days: told.map(([day, painNow, exercise]) => ({ day, painNow, soreness: null, exercise, ...amount(exercise) })),
  };
}

/** Days with one exercise each. */
function amount(exercise: string): { due: number; done: number } {
  return { due: exercise === "rest" ? 0 : 1, done: exercise === "done" ? 1 : 0 };
}

function log(day: string, slug = "bridge"): KnownLog {
  return { id: day + slug, day, slug, counts: true, stopped: false, occurredAt: `${day}T12:00:00Z` } as KnownLog;
}

function answer(day: string, painNow: number, soreness?: number): CheckInEntryOfDay {
  return { day, painNow, ...(soreness !== undefined && { soreness }) } as CheckInEntryOfDay;
}

/** A plan whose days ask for exercises, or for none. */
function plan(...asks: [day: string, exercises: boolean][]): Plan {
  const segments = asks.map(([day, exercises]) => ({
    ...{ day, from: new Date(`${day}T00:00`).toISOString(), until: new Date(`${day}T23:59`).toISOString() },
    items: [{ kind: exercises ? "exercise" : "education", slug: "bridge", held: false, timesDue: +exercises }],
  }));
  return { segments, items: { bridge: {} } } as unknown as Plan;
}

function marks(known: Partial<Known>): [string, number | null, string][] {
  return daysWith(fetched, { ...nothing, ...known }).map(({ day, painNow, exercise }) => [day, painNow, exercise]);
}

describe("progress without a network", () => {
  test("is what was fetched when the phone knows nothing newer", () => {
    expect(daysWith(fetched, nothing)).toEqual(fetched.days);
  });

  test("goes on to today with what was answered and done since then, and a gap stays a gap", () => {
    const asks = plan(["2026-03-02", true], ["2026-03-03", false], ["2026-03-04", true]);
    const known = { today: "2026-03-04", plan: asks, checkIns: [answer("2026-03-02", 0), answer("2026-03-04", 3)] };
    expect(marks({ ...known, logs: [log("2026-03-04")] })).toEqual([
      ["2026-03-02", 0, "open"],
      ["2026-03-03", null, "rest"],
      ["2026-03-04", 3, "done"],
    ]);
  });

  test("shows an answer of a fetched day in its latest form, without the soreness that it no longer has", () => {
    const sore = { days: fetched.days.map((day) => ({ ...day, soreness: 7 })) };
    expect(daysWith(sore, { ...nothing, checkIns: [answer("2026-03-01", 2)] }).at(-1)).toMatchObject({
      painNow: 2,
      soreness: null,
    });
    expect(daysWith(sore, { ...nothing, checkIns: [answer("2026-03-01", 2, 4)] }).at(-1)).toMatchObject({
      soreness: 4,
    });
  });

  test("says that it does not know what a day asks for that the plan does not reach", () => {
    expect(marks({ today: "2026-03-02" }).at(-1)).toEqual(["2026-03-02", null, "unknown"]);
  });

  test("takes back a day whose only exercise was taken back here, and not one with another exercise", () => {
    const [first] = fetched.days;
    const removed = { id: "one", day: first!.day } as ExerciseLog;
    expect(
      amendedDays([removed, { id: "two", day: "2026-02-28" } as ExerciseLog], [{ key: "log/one" } as Row]),
    ).toEqual(new Set([first!.day]));
    expect(marks({ amended: new Set([first!.day]) })[0]).toEqual([first!.day, 6, "open"]);
    expect(marks({ amended: new Set([first!.day]), logs: [log(first!.day)] })[0]).toEqual([first!.day, 6, "done"]);
  });

  test("says how much of a day was done, by the list of that day where the plan has it", () => {
    const asks = plan(["2026-03-02", true]);
    asks.segments[0]!.items.push({ ...asks.segments[0]!.items[0]!, slug: "walk", timesDue: 2 });
    const full = { ...asks, items: { bridge: {}, walk: {} } } as unknown as Plan;
    const known = { today: "2026-03-02", plan: full, logs: [log("2026-03-02"), log("2026-03-02", "walk")] };
    expect(daysWith(fetched, { ...nothing, ...known }).at(-1)).toMatchObject({ exercise: "done", due: 3, done: 2 });
  });

  test("counts no day as missed on which exercises were paused", () => {
    const known = { today: "2026-03-02", plan: plan(["2026-03-02", true]), pausedSince: "2026-03-01" };
    expect(marks(known).map(([, , exercise]) => exercise)).toEqual(["open", "rest", "rest"]);
  });

  test("keeps the days of a server that is already in tomorrow", () => {
    expect(marks({ today: "2026-02-28" }).at(-1)?.[0]).toBe("2026-03-01");
  });
});

test("exercises are paused since the server said so, or since the sign that waits", () => {
  const sign = {
    kind: "safety",
    savedAt: Date.parse("2026-03-02T12:00"),
    body: { safetyYes: ["bladder"] },
  } as unknown as Row;
  expect(pausedSince(undefined, [])).toBeUndefined();
  expect(pausedSince(undefined, [sign])).toBe("2026-03-02");
  expect(pausedSince({ since: "2026-03-01T12:00:00Z" }, [sign])).toBe("2026-03-01");
});
