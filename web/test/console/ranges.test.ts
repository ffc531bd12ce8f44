import { expect, test } from "vitest";
import { limits, read, tooTiny } from "../../src/console/model/ranges";

test("a number within the limits is taken, at its ends too", () => {
  expect([read("1", limits.sets), read("10", limits.sets), read("0", limits.holdS)]).toEqual([1, 10, 0]);
});

test("a number outside is refused with the limits", () => {
  expect(read("11", limits.sets)).toEqual({ code: "outside", least: 1, most: 10 });
  expect(read("0", limits.sets)).toEqual({ code: "outside", least: 1, most: 10 });
});

test.each(["", " ", "2.5", "two", "1e400"])("“%s” is no whole number", (typed) => {
  expect(read(typed, limits.sets)).toEqual({ code: "whole-number" });
});

const dose = { sets: 2, reps: 6, durationS: null };
const tiny = { sets: 1, reps: 3, durationS: null };

test("a dose below its small version is refused with the least that is not", () => {
  expect(tooTiny({ ...dose, reps: 2 }, tiny, "each", "dose")).toBeUndefined();
  expect(tooTiny({ ...dose, reps: 1 }, tiny, "each", "dose")).toEqual({ code: "less-than-tiny", least: 2 });
  expect(tooTiny({ ...dose, sets: 1, reps: 2 }, tiny, "sets", "dose")).toEqual({ code: "less-than-tiny", least: 2 });
});

test("a small version above its dose is refused with the most that is not", () => {
  expect(tooTiny(dose, { ...tiny, reps: 12 }, "each", "tiny")).toBeUndefined();
  expect(tooTiny(dose, { ...tiny, reps: 13 }, "each", "tiny")).toEqual({ code: "more-than-dose", most: 12 });
  expect(tooTiny(dose, { ...tiny, sets: 5 }, "sets", "tiny")).toEqual({ code: "more-than-dose", most: 4 });
});

test("time counts as repetitions do", () => {
  const timed = { sets: 1, reps: null, durationS: 30 };
  expect(tooTiny(timed, { sets: 1, reps: null, durationS: 31 }, "each", "tiny")).toEqual({
    code: "more-than-dose",
    most: 30,
  });
});
