import { signs } from "instrument/safety";
import { describe, expect, test } from "vitest";

import type { CheckInEntry } from "../../src/core/api";
import {
  begunDays,
  type CheckInDraft,
  hoursSinceNeedling,
  knownCheckIns,
  lapsedDays,
  openDays,
  startDraft,
} from "../../src/core/checkin";
import { asksSoreness, type Circumstances, entryOf, missing, outboxEntry } from "../../src/core/checkinEntry";

const around: Circumstances = {
  now: new Date("2026-03-02T15:00:00Z"),
  zone: "America/Denver",
  id: "event-1",
  instrumentVersion: "0.1.0",
  sorenessAsked: false,
  replaces: undefined,
};
const empty: CheckInDraft = { regions: [], safetyYes: [] };
const saved: CheckInEntry = entryOf({ ...empty, painNow: 4, regions: [{ slug: "low-back", side: "left" }] }, around);

describe("an entry", () => {
  test("keeps 0 apart from not answered", () => {
    const entry = entryOf({ ...empty, painNow: 0, interference: 0 }, around);
    expect(entry).toMatchObject({ painNow: 0, painWorst24h: 0, interference: 0 });
    expect(entry).not.toHaveProperty("sleep");
    expect(entry).not.toHaveProperty("soreness");
  });

  test("takes the pain now as the worst when it was left alone, else what was answered", () => {
    expect(entryOf({ ...empty, painNow: 6 }, around).painWorst24h).toBe(6);
    expect(entryOf({ ...empty, painNow: 6, painWorst24h: 8 }, around).painWorst24h).toBe(8);
    expect(entryOf({ ...empty, painNow: 6, painWorst24h: 3 }, around).painWorst24h).toBe(3);
  });

  test("carries soreness only while it is asked for", () => {
    const draft = { ...empty, painNow: 3, soreness: 5 };
    expect(entryOf(draft, around)).not.toHaveProperty("soreness");
    expect(entryOf(draft, { ...around, sorenessAsked: true }).soreness).toBe(5);
  });

  test("cannot be made while a required answer is missing", () => {
    expect(missing(empty, true)).toEqual(["painNow", "soreness"]);
    expect(() => entryOf({ ...empty, painNow: 3 }, { ...around, sorenessAsked: true })).toThrow();
    expect(() => entryOf(empty, around)).toThrow();
  });

  test("of a phone whose clock was set back is still later than the one it corrects", () => {
    const replaces = { ...saved, answeredAt: "2026-03-02T20:00:00.000Z" };
    expect(entryOf({ ...empty, painNow: 3 }, { ...around, replaces }).answeredAt).toBe("2026-03-02T20:00:00.001Z");
  });

  test("goes out as the one of its day, so that sending it twice stores it once", () => {
    const waiting = outboxEntry("2026-03-02", saved);
    expect(waiting).toMatchObject({ key: "checkin/2026-03-02", method: "PUT", path: "/api/me/checkins/2026-03-02" });
  });

  test("carries the item other where something is new and no sign was ticked", () => {
    const made = entryOf({ ...empty, painNow: 3, anythingNew: true, note: "all is well" }, around);
    expect(made).toMatchObject({ anythingNew: true, safetyYes: ["other"] });
    expect(entryOf({ ...empty, painNow: 3, anythingNew: false }, around)).toMatchObject({ safetyYes: [] });
  });

  test("trims the note and leaves an empty one out", () => {
    expect(entryOf({ ...empty, painNow: 3, note: "  stairs " }, around).note).toBe("stairs");
    expect(entryOf({ ...empty, painNow: 3, note: "  " }, around)).not.toHaveProperty("note");
  });
});

describe("a draft", () => {
  test("starts with the regions of the day before and nothing else", () => {
    const draft = startDraft("2026-03-03", [
      { ...saved, day: "2026-03-01" },
      { ...saved, day: "2026-03-02", regions: [] },
    ]);
    expect(draft).toEqual({ regions: [], safetyYes: [] });
    expect(startDraft("2026-03-03", [{ ...saved, day: "2026-03-02" }]).regions).toEqual(saved.regions);
  });

  test("of a day that was saved starts from what was saved", () => {
    expect(startDraft("2026-03-02", [{ ...saved, day: "2026-03-02" }])).toMatchObject({
      painNow: 4,
      regions: saved.regions,
    });
  });
});

test("today and the two days before are open, across a month and a DST night", () => {
  expect(openDays("2026-03-01")).toEqual(["2026-03-01", "2026-02-28", "2026-02-27"]);
  expect(openDays("2026-03-09")).toEqual(["2026-03-09", "2026-03-08", "2026-03-07"]);
});

describe("soreness", () => {
  const plan = { needledAt: "2026-03-02T20:00:00Z" };

  test("is asked for from the needling until seven days after it", () => {
    const asked = (at: string) => asksSoreness(hoursSinceNeedling(plan, new Date(at)), []);
    expect(asked("2026-03-02T19:59:00Z")).toBe(false);
    expect(asked("2026-03-02T20:00:00Z")).toBe(true);
    expect(asked("2026-03-09T19:59:00Z")).toBe(true);
    expect(asked("2026-03-09T20:00:00Z")).toBe(false);
    expect(asksSoreness(hoursSinceNeedling({ needledAt: null }, new Date()), [])).toBe(false);
  });

  test.each([
    [5, 60, true],
    [3, 80, false],
    [4, 80, true],
    [0, 72, true],
    [2, 120, true],
  ])("of %i at %i hours is asked for again at 110 hours: %s", (score, hours, again) => {
    expect(asksSoreness(110, [{ score, hours }])).toBe(again);
  });
});

test("what waits on this phone lies over what the server confirmed", () => {
  const unanswered = {
    timeZone: null,
    interference: null,
    note: null,
    painAverage24h: null,
    sleep: null,
    soreness: null,
    otherText: null,
    enteredBy: null,
  };
  const stored = { receivedAt: "2026-03-02T15:00:01Z", safetyLevel: null, sorenessExpected: false };
  const confirmed = [{ ...saved, ...unanswered, regions: [], safetyYes: [], ...stored, day: "2026-03-02" }];
  const edited = { ...saved, painNow: 7 };
  const known = knownCheckIns(confirmed, [outboxEntry("2026-03-02", edited), outboxEntry("2026-03-01", saved)]);
  expect(known.map(({ day, painNow }) => [day, painNow])).toEqual([
    ["2026-03-01", 4],
    ["2026-03-02", 7],
  ]);
});

test("what was begun can be finished while its day is open, and other drafts are no check-ins", () => {
  const drafts = ["checkin/2026-02-27", "checkin/2026-02-28", "checkin/2026-03-02", "note/2026-03-01"];
  expect(begunDays(drafts, "2026-03-02")).toEqual(["2026-03-02", "2026-02-28"]);
});

test("what was begun and has lapsed is told, the oldest first, and other drafts are no check-ins", () => {
  const drafts = ["checkin/2026-02-28", "checkin/2026-02-27", "checkin/2026-01-31", "note/2026-01-01"];
  expect(lapsedDays(drafts, "2026-03-02")).toEqual(["2026-01-31", "2026-02-27"]);
});

describe("the safety screen", () => {
  test("has the signs of the content library", () => {
    expect(signs).toHaveLength(27);
    expect(signs.every(({ text }) => text.en && text.es)).toBe(true);
  });
});
