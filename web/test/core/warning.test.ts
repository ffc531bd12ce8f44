import { signs } from "instrument/safety";
import { describe, expect, test } from "vitest";

import type { OpenWarning } from "../../src/core/api";
import { outboxEntry } from "../../src/core/checkinEntry";
import type { Entry, Row } from "../../src/core/entry";
import { retractions } from "../../src/core/mistake";
import {
  isWarning,
  levelOf,
  openWarning,
  safetyOutboxEntry,
  signsOf,
  warningOf,
  withAnswer,
  withRetractions,
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
  const serverWarning: OpenWarning = {
    level: "urgent",
    signs: ["calf", "night"],
    since: "2026-03-01T12:00:00Z",
    answers: ["a"],
    retracted: false,
  };
  const open = (rows: Row[], unsaved: Entry[] = []) => openWarning(null, undefined, rows, unsaved, now);

  test("is not there without a sign", () => {
    expect(openWarning(null, undefined, [checkIn({ safetyYes: [] }), safety([])], [], now)).toBeUndefined();
  });

  test("is there until the clinic has acknowledged it, with or without a pause", () => {
    const expected = {
      level: "urgent",
      signs: ["calf", "night"],
      since: new Date(serverWarning.since),
      arrival: "sent",
    };
    expect(openWarning(serverWarning, undefined, [], [], now)).toMatchObject(expected);
    expect(openWarning(null, pause, [], [], now)).toBeUndefined();
  });

  test("is known by its pause where an older version of this app did not ask for it", () => {
    expect(openWarning(undefined, pause, [], [], now)).toMatchObject({ level: "urgent", signs: [], retracted: false });
  });

  test("names the most urgent sign first", () => {
    const known = openWarning(serverWarning, pause, [safety(["faint", "fever"])], [], now);
    expect(known).toMatchObject({
      level: "emergency",
      signs: ["faint", "calf", "fever", "night"],
      answers: ["a", "1"],
    });
  });

  test("is a mistake once the person said so of each answer, and no longer after another sign", () => {
    const taps = (answers: string[]) =>
      retractions(answers, () => "m", now, "UTC", []).map((entry) => ({ ...entry, savedAt: now.getTime() }));
    expect(openWarning(serverWarning, pause, taps(["a"]), [], now)?.retracted).toBe(true);
    expect(openWarning(serverWarning, pause, [safety(["faint"]), ...taps(["a"])], [], now)?.retracted).toBe(false);
    expect(openWarning(serverWarning, pause, [safety(["faint"]), ...taps(["a", "1"])], [], now)?.retracted).toBe(true);
    expect(openWarning({ ...serverWarning, retracted: true }, pause, [], [], now)?.retracted).toBe(true);
  });

  test("goes on with the signs that do hold", () => {
    const [first, second] = retractions(["a", "b"], () => "m", now, "UTC", ["other"], "My toe is numb.");
    expect(first?.body).toMatchObject({ retracts: "a", safetyYes: ["other"], otherText: "My toe is numb." });
    expect(second?.body).toMatchObject({ retracts: "b", safetyYes: [] });
  });

  test("is open from the moment that the server has the answer", () => {
    const first = withAnswer(null, "x", ["weight"], "2026-03-02T15:00:00Z");
    expect(first).toMatchObject({ level: "soon", answers: ["x"], retracted: false });
    const next = withAnswer(first, "y", ["faint"], "2026-03-02T16:00:00Z");
    expect(next).toMatchObject({ level: "emergency", signs: ["weight", "faint"], since: "2026-03-02T15:00:00Z" });
    const taps = retractions(["x", "y"], () => "m", now, "UTC", []);
    expect(withRetractions(next, taps.slice(1)).retracted).toBe(false);
    expect(withRetractions(next, taps).retracted).toBe(true);
  });

  test("says for each sign whether it has arrived, and the most urgent one decides what to do", () => {
    expect(open([safety(["saddle"])])).toMatchObject({ level: "emergency", arrival: "waiting" });
    expect(open([safety(["weight"], refused)])).toMatchObject({ level: "soon", arrival: "refused" });
    expect(open([], [safety(["fever"])])).toMatchObject({ level: "urgent", arrival: "unsaved" });
    const both = openWarning(serverWarning, pause, [safety(["saddle"], refused)], [], now);
    expect(both).toMatchObject({ level: "emergency", arrival: "refused" });
    expect(openWarning({ ...serverWarning, level: "emergency" }, pause, [safety(["weight"])], [], now)).toMatchObject({
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
