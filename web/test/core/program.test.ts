import { describe, expect, test } from "vitest";

import type { Plan, Segment } from "../../src/core/api";
import { exercisesAhead, itemAhead, nextDay, programAhead } from "../../src/core/program";
import { bridge, item, plan, segment } from "./plans";

const monday = "2026-03-02";
const tuesday = "2026-03-03";
const wednesday = "2026-03-04";
const thursday = "2026-03-05";
const at = (day: string, time: string) => `${day}T${time}:00Z`;
const wholeDay = (day: string, after: string, items: Segment["items"]) =>
  segment(at(day, "00:00"), at(after, "00:00"), items);
const shape = (found: Plan, now: string) =>
  programAhead(found, new Date(now)).map(({ first, last, parts }) => [
    first,
    last,
    parts.map(({ items }) => items.map(({ prescriptionId }) => prescriptionId)),
  ]);

describe("the program by day", () => {
  test("days after each other with the same exercises are shown once, and what is over is left out", () => {
    const week = plan(
      wholeDay(monday, tuesday, [item()]),
      wholeDay(tuesday, wednesday, [item()]),
      wholeDay(wednesday, thursday, [item()]),
      wholeDay(thursday, "2026-03-06", []),
    );
    expect(shape(week, at(tuesday, "10:00"))).toEqual([
      [tuesday, wednesday, [["p1"]]],
      [thursday, thursday, [[]]],
    ]);
  });

  test("a day on which an exercise is released has a part before and a part after", () => {
    const held = item({ held: true, timesDue: 0 });
    const days = plan(
      segment(at(monday, "00:00"), at(monday, "14:00"), [held]),
      segment(at(monday, "14:00"), at(tuesday, "00:00"), [item()]),
      wholeDay(tuesday, wednesday, [item()]),
    );
    expect(programAhead(days, new Date(at(monday, "08:00"))).map(({ parts }) => parts.length)).toEqual([2, 1]);
    expect(programAhead(days, new Date(at(monday, "15:00")))).toHaveLength(1);
  });

  test("a cut of the day at which nothing changes is not shown", () => {
    const day = plan(
      segment(at(monday, "00:00"), at(monday, "14:00"), [item()]),
      segment(at(monday, "14:00"), at(tuesday, "00:00"), [item()]),
    );
    const [only] = programAhead(day, new Date(at(monday, "08:00")));
    expect(only?.parts.map(({ until }) => until)).toEqual([at(tuesday, "00:00")]);
  });

  test("another dose is another day", () => {
    const more = item({ dosage: { ...item().dosage!, sets: 3 } });
    const days = plan(wholeDay(monday, tuesday, [item()]), wholeDay(tuesday, wednesday, [more]));
    expect(programAhead(days, new Date(at(monday, "08:00")))).toHaveLength(2);
  });

  test("a plan that does not reach now shows nothing", () => {
    expect(programAhead(plan(), new Date(at(monday, "08:00")))).toEqual([]);
  });
});

describe("on a rest day", () => {
  const walk = item({ prescriptionId: "p2", slug: "walk", timesDue: 0, optional: true });
  const rest = plan(
    wholeDay(monday, tuesday, []),
    wholeDay(tuesday, wednesday, [walk]),
    wholeDay(wednesday, thursday, [item(), walk]),
  );
  rest.items["walk"] = { ...bridge, slug: "walk" };
  const now = new Date(at(monday, "08:00"));

  test("the next day is the first on which an exercise is due", () => {
    expect(nextDay(rest, now)).toBe(wednesday);
    expect(nextDay(plan(wholeDay(monday, tuesday, [item()])), now)).toBeUndefined();
  });

  test("each exercise ahead is there once, and can be opened as it is on its next day", () => {
    expect(exercisesAhead(rest, now).map(({ slug }) => slug)).toEqual(["walk", "bridge"]);
    expect(itemAhead(rest, now, "p2")?.day).toBe(tuesday);
    expect(itemAhead(rest, now, "unknown")).toBeUndefined();
  });
});
