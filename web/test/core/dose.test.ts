import { expect, test } from "vitest";

import type { Dosage } from "../../src/core/api";
import { doseText, timesText } from "../../src/core/dose";

const dose: Dosage = {
  sets: 1,
  reps: 10,
  durationS: null,
  holdS: 0,
  restS: 0,
  perSide: false,
  load: null,
  timesPerDay: 1,
  weekdays: 127,
};

test.each([
  [dose, "10 times", "10 veces"],
  [{ ...dose, reps: 1 }, "1 time", "1 vez"],
  [{ ...dose, sets: 2, reps: 8, perSide: true }, "2 sets of 8 · each side", "2 series de 8 · cada lado"],
  [{ ...dose, reps: 5, holdS: 5 }, "5 times · hold 5 seconds", "5 veces · sostenga 5 segundos"],
  [{ ...dose, reps: null, durationS: 180 }, "3 minutes", "3 minutos"],
  [
    { ...dose, sets: 2, reps: null, durationS: 90, restS: 60 },
    "2 sets of 1 minute 30 seconds · rest 1 minute between sets",
    "2 series de 1 minuto 30 segundos · descanse 1 minuto entre series",
  ],
  [{ ...dose, load: "2 kg" }, "10 times · 2 kg", "10 veces · 2 kg"],
])("a dose reads as a person would say it", (given, en, es) => {
  expect(doseText(given, "en")).toBe(en);
  expect(doseText(given, "es")).toBe(es);
});

test("the side that is trained takes the place of 'each side'", () => {
  expect(doseText({ ...dose, perSide: true }, "en", "left")).toBe("10 times · left side");
});

test("once a day needs no words", () => {
  expect([timesText(1, "en"), timesText(2, "en"), timesText(3, "es")]).toEqual(["", "twice a day", "3 veces al día"]);
});
