import { expect, test } from "vitest";
import { everyText, shownTexts } from "../../src/console/model/texts";
import type { LibraryText } from "../../src/console/wire";

const text = (slug: string, state: "signed" | "unsigned", renewal = "later"): LibraryText =>
  ({
    ...{ slug, kind: slug === "day-two" ? "aftercare" : "safety", renewal, review: { state }, basis: "convention" },
    ...{ words: [{ en: "Soreness often peaks now.", es: "La molestia suele ser mayor." }], facts: ["Level: red"] },
  }) as unknown as LibraryText;
const texts = [text("fever", "unsigned"), text("day-two", "signed"), text("breath", "signed", "soon")].map((one) => ({
  text: one,
  title: one.slug,
}));
const found = (filter: Partial<typeof everyText>) =>
  shownTexts(texts, { ...everyText, ...filter }).map(({ title }) => title);

test("drafts, signed ones and those to be read again are told apart", () => {
  expect(found({})).toHaveLength(3);
  expect(found({ state: "draft" })).toEqual(["fever"]);
  expect(found({ state: "signed" })).toEqual(["day-two", "breath"]);
  expect(found({ state: "due" })).toEqual(["breath"]);
});

test("the search finds words of both languages, and facts", () => {
  expect(found({ query: "molestia" })).toHaveLength(3);
  expect(found({ query: "peaks", kind: "aftercare" })).toEqual(["day-two"]);
  expect(found({ query: "level red" })).toHaveLength(3);
  expect(found({ query: "nothing like it" })).toEqual([]);
});
