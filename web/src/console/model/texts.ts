/** The texts and rules of the product for a search and its filters. Pure. */

import type { LibraryText } from "../wire";
import { matches } from "./search";

export const textStates = ["all", "draft", "signed", "due"] as const;
export type TextFilter = {
  readonly query: string;
  readonly kind: LibraryText["kind"] | "all";
  readonly state: (typeof textStates)[number];
};

export const everyText: TextFilter = { query: "", kind: "all", state: "all" };

/** A text with the name that it has on the screen. */
export type NamedText = { readonly text: LibraryText; readonly title: string };

export function isIn({ review, renewal }: LibraryText, state: TextFilter["state"]): boolean {
  if (state === "due") return renewal !== "later";
  return state === "all" || (review.state === "signed") === (state === "signed");
}

/** Searches names, words in both languages, facts and what a text rests on. */
export function shownTexts(texts: readonly NamedText[], filter: TextFilter): NamedText[] {
  return texts.filter(
    ({ text, title }) =>
      (filter.kind === "all" || text.kind === filter.kind) &&
      isIn(text, filter.state) &&
      matches(
        filter.query,
        title,
        text.slug,
        ...text.words.flatMap(({ en, es }) => [en, es]),
        ...text.facts,
        text.basis,
      ),
  );
}
