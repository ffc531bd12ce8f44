/** The library's items for a search and its filters. */

import type { Language } from "../../core/i18n";
import type { Item, ItemKind, Library, Template } from "../wire";
import { matches } from "./search";

export type Entry = Item | Template;
export type Filter = {
  readonly query: string;
  readonly kind: ItemKind | "template" | "all";
  readonly state: "all" | "signed" | "unsigned";
};

export const everything: Filter = { query: "", kind: "all", state: "all" };

/** A template has the kinds "plan" and "overlay"; on the shelf it is one kind. */
export function kindOf(entry: Entry): ItemKind | "template" {
  return entry.kind === "plan" || entry.kind === "overlay" ? "template" : entry.kind;
}

export function entriesOf(library: Library): Entry[] {
  return [
    ...library.exercises,
    ...library.activityModifications,
    ...library.educationTopics,
    ...library.templates,
  ].filter(({ retiredAt }) => retiredAt === null);
}

/** Searches titles in both languages, categories and muscles. */
export function shelf<E extends Entry>(
  entries: readonly E[],
  filter: Filter,
  library: Library,
  language: Language,
): E[] {
  return entries.filter(
    (entry) =>
      (filter.kind === "all" || kindOf(entry) === filter.kind) &&
      (filter.state === "all" || entry.review.state === filter.state) &&
      matches(filter.query, entry.title.en, entry.title.es, entry.slug, ...wordsFor(entry, library, language)),
  );
}

function wordsFor(entry: Entry, library: Library, language: Language): string[] {
  if (entry.kind === "plan" || entry.kind === "overlay")
    return titlesOf(library.muscles, entry.muscles ?? [], language);
  if (entry.kind !== "exercise") return [];
  const { category, position, targets } = entry;
  return [
    ...titlesOf(library.categories, [category], language),
    ...titlesOf(library.positions, [position], language),
    ...titlesOf(library.muscles, targets.primary, language),
  ];
}

function titlesOf(
  named: readonly { slug: string; title: Record<Language, string> }[],
  slugs: readonly string[],
  language: Language,
): string[] {
  return named.flatMap(({ slug, title }) => (slugs.includes(slug) ? [title[language]] : []));
}
