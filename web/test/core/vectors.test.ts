/** One truth in two languages: the cases that pytest reads too. */

import { describe, expect, test, vi } from "vitest";

import doses from "../../../tests/vectors/dose_text.json";
import limits from "../../../tests/vectors/limits.json";
import counting from "../../../tests/vectors/log_counts.json";
import openDays from "../../../tests/vectors/open_days.json";
import progress from "../../../tests/vectors/progress.json";
import search from "../../../tests/vectors/search.json";
import { fold, matches } from "../../src/console/model/search";
import type { Dosage, ExerciseLogEntry, Plan, Segment, TinyDose } from "../../src/core/api";
import { openDays as openOn } from "../../src/core/checkin";
import { sorenessRule } from "../../src/core/checkinEntry";
import { clockSkewMs, localDay } from "../../src/core/dates";
import { doseText, timesText } from "../../src/core/dose";
import { painCounts } from "../../src/core/lastWeek";
import { counts, itemsOf, type KnownLog } from "../../src/core/today";

describe("the open days", () => {
  test.each(openDays.cases)("$name", ({ at, zone, open }) => {
    expect([...openOn(localDay(new Date(at), zone))].sort()).toEqual(open);
  });
});

describe("a search", () => {
  test.each(search.folded)("folds $text", ({ text, folded }) => {
    expect(fold(text)).toBe(folded);
  });

  test.each(search.found)("for $query finds $givenName $familyName", ({ query, givenName, familyName }) => {
    expect(matches(query, givenName, familyName)).toBe(true);
  });

  test("needs no other keyboard for a letter of a western alphabet", () => {
    const letters = Array.from({ length: 0x180 - 0xc0 }, (_, at) => String.fromCharCode(0xc0 + at));
    const kept = letters.filter((letter) => /\p{L}/u.test(letter) && !/^[a-z·ʼ]+$/.test(fold(letter)));
    expect(kept).toEqual([]);
  });
});

describe("a log counts", () => {
  test.each(counting.cases)("$name: $counts", ({ dosage, tiny, log, counts: expected }) => {
    const dose = dosage && ({ reps: null, durationS: null, ...dosage } as unknown as Dosage);
    const least = tiny && ({ sets: 1, reps: null, durationS: null, ...tiny } as TinyDose);
    expect(counts({ ...counting.log, ...log } as ExerciseLogEntry, dose ?? null, least ?? null)).toBe(expected);
  });
});

describe("progress with one item", () => {
  test.each(progress.cases)("$name", ({ item, logs, timesDone, timesLeft, stopped }) => {
    const segment = { day: "2026-03-02", items: [{ position: 0, ...item }] } as unknown as Segment;
    const plan = { items: { [item.slug]: {} } } as unknown as Plan;
    const known = logs.map((log, at) => ({ ...log, id: String(at), day: segment.day }) as KnownLog);
    expect(itemsOf(plan, segment, known)[0]).toMatchObject({ timesDone, timesLeft, stopped });
  });
});

describe("a dose in words", () => {
  test.each(doses.cases)("$name", async ({ dose, side, en, es }) => {
    vi.stubGlobal("navigator", { languages: ["en-US"] });
    const { doseWords } = await import("../../src/ui/words/dose");
    const texts = [doseWords.en, doseWords.es].map((words) =>
      [doseText(dose, words, side as "left" | "right" | null), timesText(dose.timesPerDay ?? 1, words)]
        .filter(Boolean)
        .join(" · "),
    );
    expect(texts).toEqual([en, es]);
  });
});

test("the phone decides with the numbers that it shares with the server", () => {
  expect(sorenessRule).toEqual({
    asked: limits.sorenessHours,
    settlesAfter: limits.sorenessSettlesAfterHours,
    settled: limits.sorenessSettled,
  });
  expect(clockSkewMs).toBe(limits.clockSkewMinutes * 60_000);
  expect(openOn("2026-03-02")).toHaveLength(limits.openDaysBack + 1);
  expect(painCounts).toBe(limits.painCounts);
});
