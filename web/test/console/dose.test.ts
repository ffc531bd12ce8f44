import { describe, expect, test } from "vitest";
import { doseLine, duration, tinyLine, weekdaysLine } from "../../src/console/model/dose";
import type { Dosage } from "../../src/console/wire";

const dose = (given: Partial<Dosage>): Dosage => ({
  sets: 1,
  reps: null,
  durationS: null,
  holdS: 0,
  restS: 0,
  perSide: false,
  load: null,
  timesPerDay: 1,
  weekdays: 127,
  ...given,
});

const line = (given: Dosage, language: "en" | "es") => doseLine(given, null, language).replaceAll("\u00a0", " ");

describe("a dose in one line", () => {
  test("repetitions, sides, holds, load and days", () => {
    const full = dose({ sets: 2, reps: 8, perSide: true, holdS: 5, load: "2 kg", timesPerDay: 2, weekdays: 0b0010101 });
    expect(line(full, "en")).toBe("2 × 8 each side · hold 5 s · 2 kg · 2× a day · Mon Wed Fri");
    expect(line(full, "es")).toBe("2 × 8 cada lado · sostener 5 s · 2 kg · 2 veces al día · lun mié vie");
  });

  test("one side takes the place of each side", () => {
    expect(doseLine(dose({ reps: 10, perSide: true }), "left", "en")).toBe("10 reps left");
  });

  test("times are told in minutes and seconds", () => {
    expect(doseLine(dose({ durationS: 180 }), null, "en")).toBe("3 min");
    expect([45, 60, 90].map(duration)).toEqual(["45 s", "1 min", "1 min 30 s"]);
  });

  test("a tiny dose says what it is", () => {
    const tiny = { sets: 1, reps: 3, durationS: null, text: { en: "Three slow breaths.", es: "Tres respiraciones." } };
    expect(tinyLine(tiny, "en")).toBe("3 reps – Three slow breaths.");
  });

  test("weekdays are a sum", () => {
    expect(weekdaysLine(127, "en")).toBe("every day");
    expect(weekdaysLine(0b0011111, "en")).toBe("Mon–Fri");
    expect(weekdaysLine(0b1011011, "en")).toBe("Mon Tue Thu Fri Sun");
  });
});
