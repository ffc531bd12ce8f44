/** The library's items for a search and its filters. */

import type { Language } from "../../core/i18n";
import type { Exercise, Item, ItemKind, Library, Template } from "../wire";
import { equipmentWords, floorWords, loadWords, noEquipmentWords, positionWords } from "./findingWords";
import { matches } from "./search";

export type Entry = Item | Template;
export type Filter = {
  readonly query: string;
  readonly kind: ItemKind | "template" | "all";
  readonly state: "all" | "signed" | "unsigned";
};
/** The parts of a library that a search needs. */
export type Named = Pick<Library, "categories" | "positions" | "muscles">;

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

/** Searches, in both languages, titles and what an exercise is: category, muscles, position, equipment, load. */
export function shelf<E extends Entry>(entries: readonly E[], filter: Filter, library: Named): E[] {
  return entries.filter(
    (entry) =>
      (filter.kind === "all" || kindOf(entry) === filter.kind) &&
      (filter.state === "all" || entry.review.state === filter.state) &&
      matches(filter.query, entry.title.en, entry.title.es, entry.slug, ...wordsFor(entry, library)),
  );
}

function wordsFor(entry: Entry, library: Named): string[] {
  if (entry.kind === "plan" || entry.kind === "overlay") return titlesOf(library.muscles, entry.muscles ?? []);
  return entry.kind === "exercise" ? wordsOfExercise(entry, library) : [];
}

function wordsOfExercise(exercise: Exercise, library: Named): string[] {
  const { category, position, altPositions, targets, equipment, loadType, dose } = exercise;
  const positions = [position, ...(altPositions ?? [])];
  const floor = library.positions.some((one) => one.slug === position && one.floor);
  return [
    ...titlesOf(library.categories, [category]),
    ...titlesOf(library.positions, positions),
    ...positions.map((slug) => positionWords[slug] ?? ""),
    floor ? floorWords : "",
    ...titlesOf(library.muscles, [...(targets.primary ?? []), ...(targets.secondary ?? [])]),
    ...(equipment?.length ? equipment.map((slug) => `${slug} ${equipmentWords[slug] ?? ""}`) : [noEquipmentWords]),
    loadWords[loadType],
    dose.load ?? "",
  ];
}

function titlesOf(
  named: readonly { slug: string; title: Record<Language, string> }[],
  slugs: readonly string[],
): string[] {
  return named.flatMap(({ slug, title }) => (slugs.includes(slug) ? [title.en, title.es] : []));
}
