/** The numbers of alert rules that may be changed have words in both languages, also where an alert names one. */

import { afterEach, expect, test, vi } from "vitest";

vi.stubGlobal("navigator", { languages: ["en-US"] });
vi.stubGlobal("document", { documentElement: {} });
const { thresholdUsed, thresholdWords } = await import("../../src/console/i18n/thresholds");
const { language } = await import("../../src/ui/language.svelte");

afterEach(() => (language.current = "en"));

test("both languages have words for the same numbers", () => {
  expect(Object.keys(thresholdWords("es").rules)).toEqual(Object.keys(thresholdWords("en").rules));
});

test("a number of an alert is told with whose it is", () => {
  expect(thresholdUsed("severe-pain.worst 5 patient")).toBe(
    "Worst pain of 5 or more on two days (this patient's number)",
  );
  expect(thresholdUsed("pain-rise.usual.rise 1.75 homeplan")).toContain("1.75 points");
  language.current = "es";
  expect(thresholdUsed("no-checkin.days 2 clinic")).toBe("2 días sin registro (número de la clínica)");
});

test("other inputs of alerts are no numbers of rules", () => {
  expect(["calf left", "2026-03-02", "unknown.rule 3 clinic"].map(thresholdUsed)).toEqual(Array(3).fill(undefined));
});
