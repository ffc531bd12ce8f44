import { describe, expect, test } from "vitest";

import type { MyOutcomes } from "../../src/core/api";
import { activityScores } from "../../src/core/activityScores";
import { openAsks, openPrompt, outcomeOutboxEntry, promptOutboxEntry, promptSoreness } from "../../src/core/outcomes";

const known: MyOutcomes = {
  prompts: [
    {
      sessionId: "s",
      hour: 3,
      opensAt: "2026-03-02T17:00:00Z",
      closesAt: "2026-03-03T09:00:00Z",
      ask: ["safety", "events"],
    },
    {
      sessionId: "s",
      hour: 24,
      opensAt: "2026-03-03T15:00:00Z",
      closesAt: "2026-03-05T03:00:00Z",
      ask: ["safety", "events"],
    },
  ],
  soreness: [{ at: "2026-03-02T18:00:00Z", score: 6 }],
  activities: [{ id: "a", episodeId: "e", position: 1, words: "Sit" }],
  scores: [{ day: "2026-02-16", value: 4 }],
  asks: [
    { instrument: "psfs", first: "2026-03-02", last: "2026-03-05" },
    { instrument: "groc", first: "2026-03-16", last: "2026-03-18" },
  ],
};
const at = (time: string) => new Date(time);
const answer = (hour: 3 | 24, soreness?: number) =>
  promptOutboxEntry({
    id: "x",
    session: "s",
    promptHour: hour,
    answeredAt: "2026-03-02T19:00:00Z",
    events: [],
    ...(soreness !== undefined && { soreness }),
  });

describe("a prompt after needling", () => {
  test.each([
    ["2026-03-02T16:59:59Z", undefined],
    ["2026-03-02T17:00:00Z", 3],
    ["2026-03-03T08:59:59Z", 3],
    ["2026-03-03T09:00:00Z", undefined],
    ["2026-03-03T15:00:00Z", 24],
  ])("at %s is that of hour %s", (now, hour) => {
    expect(openPrompt(known, [], at(now))?.hour).toBe(hour);
  });

  test("is not asked again while its answer waits on this phone", () => {
    expect(openPrompt(known, [answer(3)], at("2026-03-02T18:00:00Z"))).toBeUndefined();
    expect(openPrompt(known, [answer(3)], at("2026-03-03T16:00:00Z"))?.hour).toBe(24);
  });

  test("that asks for soreness tells it to the check-in before it is sent", () => {
    expect(promptSoreness(known, [answer(24, 2)]).map(({ score }) => score)).toEqual([6, 2]);
  });
});

describe("a round of an instrument", () => {
  test("is open on its days, both ends included", () => {
    expect(openAsks(known, [], "2026-03-05").map(({ instrument }) => instrument)).toEqual(["psfs"]);
    expect(openAsks(known, [], "2026-03-06")).toEqual([]);
  });

  test("is closed while its answer waits on this phone", () => {
    const sent = outcomeOutboxEntry({
      id: "o",
      instrument: "psfs",
      day: "2026-03-02",
      answeredAt: "2026-03-02T19:00:00Z",
      scores: [{ activity: "a", value: 3 }],
    });
    expect(openAsks(known, [sent], "2026-03-03")).toEqual([]);
  });
});

describe("the first activity", () => {
  const weekly = outcomeOutboxEntry({
    ...{ id: "w", instrument: "weekly", day: "2026-02-23", answeredAt: "2026-02-23T19:00:00Z" },
    scores: [{ activity: "a", value: 6 }],
  });

  test("has its scores by day, with those that wait on this phone", () => {
    expect(activityScores(known, [weekly])).toEqual({
      activity: "Sit",
      scores: [
        { day: "2026-02-16", value: 4 },
        { day: "2026-02-23", value: 6 },
      ],
    });
  });

  test("is not known before it was named, nor after its words are gone", () => {
    expect(activityScores(undefined, [])).toBeUndefined();
    expect(activityScores({ ...known, activities: [{ ...known.activities[0]!, words: null }] }, [])).toBeUndefined();
  });
});
