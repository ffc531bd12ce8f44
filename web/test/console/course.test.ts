import { describe, expect, test } from "vitest";
import { courseChart } from "../../src/console/model/chart";
import { courseOf, eventful, firstDay, type Sources } from "../../src/console/model/course";

const zone = "America/Denver";
const sources = {
  checkIns: [
    { day: "2026-03-01", painNow: 0, soreness: null },
    { day: "2026-03-03", painNow: 4, soreness: 6 },
  ],
  logs: [
    { day: "2026-03-02", kind: "exercise", counts: true, stopped: false },
    { day: "2026-03-02", kind: "exercise", counts: false, stopped: true },
    { day: "2026-03-02", kind: "activity", counts: true, stopped: false },
  ],
  sessions: [{ endedAt: "2026-03-02T02:30:00Z", muscles: [{}] }],
  revisions: [{ effectiveFrom: "2026-03-02T18:00:00Z", number: 1 }],
} as unknown as Sources;
const course = courseOf(sources, "2026-03-01", "2026-03-04", zone);

describe("a patient's course", () => {
  test("has every day, with gaps where nothing was entered", () => {
    expect(course.map(({ day, checkIn }) => [day, checkIn?.painNow ?? null])).toEqual([
      ["2026-03-01", 0],
      ["2026-03-02", null],
      ["2026-03-03", 4],
      ["2026-03-04", null],
    ]);
  });

  test("puts instants on the patient's local day", () => {
    expect(course[0]?.sessions).toHaveLength(1);
    expect(course[1]?.revisions).toHaveLength(1);
  });

  test("counts exercises, not advice, and remembers one that was broken off", () => {
    expect(course[1]).toMatchObject({ done: 1, logged: 2, stopped: true });
  });

  test("the table leaves out days without anything, newest first", () => {
    expect(eventful(course).map(({ day }) => day)).toEqual(["2026-03-03", "2026-03-02", "2026-03-01"]);
  });

  test("starts the given number of days back, or where anything began but at least two weeks ago", () => {
    expect(firstDay(sources, "2026-03-04", 42, zone)).toBe("2026-01-22");
    expect(firstDay(sources, "2026-04-20", null, zone)).toBe("2026-03-01");
    expect(firstDay(sources, "2026-03-04", null, zone)).toBe("2026-02-19");
  });
});

describe("the course chart", () => {
  test("has the mean of the own activities on the day on which they were rated, and no other instrument", () => {
    const outcomes = [
      { day: "2026-03-02", instrument: "psfs", mean: 3.5 },
      { day: "2026-03-03", instrument: "groc", mean: 5 },
    ];
    const rated = courseOf({ ...sources, outcomes } as unknown as Sources, "2026-03-01", "2026-03-04", zone);
    expect(courseChart(rated, 376).activities).toEqual([{ x: 168, mean: 3.5 }]);
  });

  const chart = courseChart(course, 376);

  test("spans the width, ten at the top and zero on the ground", () => {
    expect(chart.grid.map(({ score, y }) => [score, y])).toEqual([
      [0, 160],
      [5, 85],
      [10, 10],
    ]);
    expect(chart.pain.dots).toEqual([
      { x: 68, y: 160 },
      { x: 268, y: 100 },
    ]);
    expect(chart.pain.path).toBe("");
  });

  test("keeps soreness on a line of its own and marks sessions, revisions and exercise", () => {
    expect(chart.soreness.last).toEqual({ x: 268, y: 70 });
    expect(chart.sessions).toEqual([68]);
    expect(chart.revisions).toEqual([168]);
    expect(chart.exercise).toEqual([{ x: 168, done: true }]);
  });

  test("names today and no more days than fit", () => {
    const long = courseOf(sources, "2026-01-01", "2026-03-04", zone);
    const { ticks } = courseChart(long, 376);
    expect(ticks.at(-1)?.day).toBe("2026-03-04");
    expect(ticks.length).toBeLessThanOrEqual(5);
  });
});
