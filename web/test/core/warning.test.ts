import { signs } from "instrument/safety";
import { describe, expect, test } from "vitest";

import { outboxEntry } from "../../src/core/checkinEntry";
import type { Entry, Row } from "../../src/core/entry";
import {
  isWarning,
  levelOf,
  openWarning,
  safetyOutboxEntry,
  signsOf,
  warningOf,
  worstLevel,
} from "../../src/core/warning";
import { part } from "../part";

const now = new Date("2026-03-02T15:00:00Z");
const byLevel = (level: string) => signs.find((sign) => sign.level === level)!.id;

function checkIn(changes: object = {}): Row {
  const body = { clientEventId: "e1", answeredAt: now.toISOString(), timeZone: "America/Denver", ...changes };
  return { ...outboxEntry("2026-03-02", part(body)), savedAt: now.getTime() };
}

function safety(safetyYes: string[], refused?: Row["refused"]): Row {
  return { ...safetyOutboxEntry("1", now, "UTC", safetyYes), savedAt: now.getTime(), ...(refused && { refused }) };
}

const refused = { status: 400, code: "invalid", title: "Refused" };

test("one yes is enough, and the most urgent one decides", () => {
  expect(worstLevel([])).toBeUndefined();
  expect(worstLevel([byLevel("soon")])).toBe("soon");
  expect(worstLevel([byLevel("soon"), byLevel("urgent")])).toBe("urgent");
  expect(worstLevel([byLevel("soon"), byLevel("emergency"), byLevel("urgent")])).toBe("emergency");
});

test("a sign that is no longer on the screen is urgent", () => {
  expect(worstLevel(["of-an-older-screen"])).toBe("urgent");
});

describe("something new without a ticked sign", () => {
  test("is the urgent item other, regardless of the note", () => {
    expect(signsOf({ anythingNew: true, safetyYes: [] })).toEqual(["other"]);
    expect(levelOf(checkIn({ anythingNew: true, safetyYes: [], note: "all is well" }))).toBe("urgent");
    expect(signsOf({ anythingNew: true, safetyYes: ["weight"] })).toEqual(["weight"]);
    expect(signsOf({ anythingNew: false, safetyYes: [] })).toEqual([]);
  });

  test("goes by itself when its check-in is refused", () => {
    expect(warningOf(checkIn({ anythingNew: true, safetyYes: [] }))?.body).toMatchObject({ safetyYes: ["other"] });
    expect(warningOf(checkIn({ anythingNew: false, safetyYes: [] }))).toBeUndefined();
  });
});

describe("the warning on today", () => {
  const pause = { reason: "urgent", since: "2026-03-01T12:00:00Z" } as const;
  const open = (rows: Row[], unsaved: Entry[] = []) => openWarning(undefined, rows, unsaved, now);

  test("is not there without a sign", () => {
    expect(openWarning(undefined, [checkIn({ safetyYes: [] }), safety([])], [], now)).toBeUndefined();
  });

  test("is there until the clinic has lifted the pause", () => {
    const expected = { level: "urgent", since: new Date(pause.since), arrival: "sent" };
    expect(openWarning(pause, [], [], now)).toEqual(expected);
  });

  test("says for each sign whether it has arrived, and the most urgent one decides what to do", () => {
    expect(open([safety(["saddle"])])).toMatchObject({ level: "emergency", arrival: "waiting" });
    expect(open([safety(["weight"], refused)])).toMatchObject({ level: "soon", arrival: "refused" });
    expect(open([], [safety(["fever"])])).toMatchObject({ level: "urgent", arrival: "unsaved" });
    const both = openWarning(pause, [safety(["saddle"], refused)], [], now);
    expect(both).toMatchObject({ level: "emergency", arrival: "refused" });
    expect(openWarning({ ...pause, reason: "emergency" }, [safety(["weight"])], [], now)).toMatchObject({
      level: "emergency",
      arrival: "waiting",
    });
  });

  test("does not count a refused check-in, whose signs went on by themselves", () => {
    const row = { ...checkIn({ safetyYes: ["saddle"] }), refused };
    expect(isWarning(row)).toBe(false);
    expect(open([row])).toBeUndefined();
  });
});
