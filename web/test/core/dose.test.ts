import { expect, test, vi } from "vitest";

import { minutesOf, timesText } from "../../src/core/dose";

test("once a day needs no words", async () => {
  vi.stubGlobal("navigator", { languages: ["en-US"] });
  const { en, es } = (await import("../../src/ui/words/dose")).doseWords;
  expect([timesText(1, en), timesText(2, en), timesText(3, es)]).toEqual(["", "twice a day", "3 veces al día"]);
});

test("the minutes of a session count both sides, holds, rests and a change after each exercise", () => {
  const none = { reps: null, durationS: null, holdS: 0, restS: 0, perSide: false, load: null, timesPerDay: 1 };
  const held = { ...none, sets: 2, reps: 6, holdS: 5, restS: 45, perSide: true, weekdays: 127 };
  const walk = { ...none, sets: 1, durationS: 300, weekdays: 127 };
  const tiny = { sets: 1, reps: 1, durationS: null, text: { en: "One", es: "Una" } };
  expect(minutesOf([{ dosage: held, tiny: null, side: null }], false)).toBe(5);
  expect(minutesOf([{ dosage: held, tiny: null, side: "left" }], false)).toBe(4);
  expect(minutesOf([{ dosage: walk, tiny: null, side: null }], false)).toBe(6);
  expect(minutesOf([{ dosage: held, tiny, side: null }], true)).toBe(1);
});
