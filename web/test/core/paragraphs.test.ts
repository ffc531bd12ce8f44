import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { type Parts, partsOf } from "../../src/core/paragraphs";

const data = new URL("../../../src/homeplan/library/data/needling.yaml", import.meta.url);
const consent = (parse(readFileSync(data, "utf-8")) as { consent: { text: { en: string; es: string } } }).consent.text;

const words = (parts: Parts) =>
  [parts.heading, ...parts.groups.flat().map(({ label, text }) => (label ? `${label}: ${text}` : text))].join(" ");
const oneLine = (text: string) => text.trim().replaceAll(/\s+/g, " ");

describe("a longer text in its parts", () => {
  test.each(["en", "es"] as const)(
    "keeps every word of the consent (%s), as it is now and as one paragraph",
    (each) => {
      expect(words(partsOf(consent[each]))).toBe(oneLine(consent[each]));
      expect(words(partsOf(oneLine(consent[each])))).toBe(oneLine(consent[each]));
    },
  );

  test("the consent has a heading, the effects by how often they come, and the agreement last", () => {
    const english = partsOf(consent.en);
    expect(english.heading).toBe("Dry needling: what you agree to.");
    expect(english.groups.map((group) => group.map(({ label }) => label))).toEqual([
      [null],
      ["Common", "Rare", "Very rare but serious"],
      [null, null, null],
    ]);
    expect(english.groups.at(-1)?.at(-1)?.text).toMatch(/^I have read or heard this/);
    const shape = ({ groups }: Parts) => groups.map((group) => group.map(({ label }) => label !== null));
    expect(shape(partsOf(consent.es))).toEqual(shape(english));
  });

  test("a text without labels or with a single sentence stays as it is", () => {
    expect(partsOf("One sentence.")).toEqual({ heading: "One sentence.", groups: [] });
    expect(partsOf("").groups).toEqual([]);
    expect(partsOf("A.\n B: c. \nD.").groups).toEqual([[{ label: "B", text: "c." }], [{ label: null, text: "D." }]]);
  });
});
