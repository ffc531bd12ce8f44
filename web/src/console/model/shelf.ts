/** The library's items for a search and its filters. */

import type { Language } from "../../core/i18n";
import type { Exercise, Item, ItemKind, Library, Template } from "../wire";
import { equipmentWords, floorWords, loadWords, noEquipmentWords, positionWords } from "./findingWords";
import { matches } from "./search";

export type Entry = Item | Template;
export type Filter = {
  readonly query: string;
  readonly kind: ItemKind | "template" | "all";
  /** `due`: its next review is near or missed. */
  readonly state: "all" | "signed" | "unsigned" | "due" | "own" | "retired";
};
/** The parts of a library that a search needs. */
export type Named = Pick<Library, "categories" | "positions" | "muscles">;

export const everything: Filter = { query: "", kind: "all", state: "all" };

/** A template has the kinds "plan" and "overlay"; on the shelf it is one kind. */
export function kindOf(entry: Entry): ItemKind | "template" {
  return entry.kind === "plan" || entry.kind === "overlay" ? "template" : entry.kind;
}

/** Everything that is offered. */
export function entriesOf(library: Library): Entry[] {
  return allEntries(library).filter(({ retiredAt }) => retiredAt === null);
}

/** Everything, also what is not offered any more. */
export function allEntries(library: Library): Entry[] {
  return [...library.exercises, ...library.activityModifications, ...library.educationTopics, ...library.templates];
}

export type Group = { readonly key: string; readonly title: string; readonly entries: readonly Entry[] };

/** Exercises by category, then advice, topics and templates, in the order of the library. */
export function groupsOf(
  entries: readonly Entry[],
  library: Library,
  kinds: Readonly<Record<ItemKind | "template", string>>,
  language: Language,
): Group[] {
  const categories = library.categories.map(({ slug, title }) => ({
    key: slug,
    title: title[language],
    entries: entries.filter((entry) => entry.kind === "exercise" && entry.category === slug),
  }));
  const others = (["activity", "education", "template"] as const).map((kind) => ({
    key: kind,
    title: kinds[kind],
    entries: entries.filter((entry) => kindOf(entry) === kind),
  }));
  return [...categories, ...others].filter(({ entries: { length } }) => length > 0);
}

/** The unsigned entry that follows `slug` in the groups, from the start again after the last one. */
export function nextUnsigned(groups: readonly Group[], slug?: string): Entry | undefined {
  const all = groups.flatMap(({ entries }) => entries);
  const at = all.findIndex((entry) => entry.slug === slug);
  return [...all.slice(at + 1), ...all.slice(0, Math.max(at, 0))].find(({ review }) => review.state === "unsigned");
}

function isIn(state: Filter["state"], entry: Entry): boolean {
  switch (state) {
    case "all":
      return true;
    case "due":
      return entry.renewal !== "later";
    case "own":
      return entry.own;
    case "retired":
      return entry.retiredAt !== null;
    default:
      return entry.review.state === state;
  }
}

/** Searches, in both languages, titles and what an exercise is: category, muscles, position, equipment, load. */
export function shelf<E extends Entry>(entries: readonly E[], filter: Filter, library: Named): E[] {
  return entries.filter(
    (entry) =>
      (filter.kind === "all" || kindOf(entry) === filter.kind) &&
      isIn(filter.state, entry) &&
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
