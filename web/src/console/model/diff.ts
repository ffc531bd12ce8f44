/** What the patient will see changed, item by item, and a first wording of it in both languages. */

import type { Language, Text } from "../../core/i18n";
import type { Item } from "../wire";
import { doseLine } from "./dose";
import type { Plan, Prescribed } from "./draft";

export type Difference =
  | { readonly kind: "added" | "removed"; readonly slug: string }
  | { readonly kind: "dose" | "note" | "phases" | "tiny"; readonly slug: string; readonly before: Prescribed; readonly after: Prescribed }
  | { readonly kind: "order" };

export function differences(before: Plan | null, after: Plan): Difference[] {
  const then = new Map((before?.items ?? []).map((item) => [item.id, item]));
  const now = new Map(after.items.map((item) => [item.id, item]));
  const added = after.items.filter(({ id }) => !then.has(id));
  const removed = [...then.values()].filter(({ id }) => !now.has(id));
  const kept = after.items.filter(({ id }) => then.has(id));
  return [
    ...added.map(({ slug }): Difference => ({ kind: "added", slug })),
    ...removed.map(({ slug }): Difference => ({ kind: "removed", slug })),
    ...kept.flatMap((item) => changesOf(then.get(item.id) as Prescribed, item)),
    ...reordered([...then.values()], kept),
  ];
}

function changesOf(before: Prescribed, after: Prescribed): Difference[] {
  const found: Difference[] = [];
  const { slug } = after;
  if (!same([before.dosage, before.side], [after.dosage, after.side])) found.push({ kind: "dose", slug, before, after });
  if (!same(before.tiny, after.tiny)) found.push({ kind: "tiny", slug, before, after });
  if (!same(before.phases, after.phases)) found.push({ kind: "phases", slug, before, after });
  if (!same(before.note, after.note)) found.push({ kind: "note", slug, before, after });
  return found;
}

function reordered(before: readonly Prescribed[], kept: readonly Prescribed[]): Difference[] {
  const ids = kept.map(({ id }) => id);
  const was = before.filter(({ id }) => ids.includes(id)).map(({ id }) => id);
  return same(was, ids) ? [] : [{ kind: "order" }];
}

/** Values are plain data whose keys are always written in one order. */
function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(canonical(one)) === JSON.stringify(canonical(other));
}

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, child]) => [key, canonical(child)]));
}

/** The longest change summary that the server takes, in characters. */
const longest = 500;

/** A first wording for the patient; the therapist edits it before it is published. */
export function summaryOf(found: readonly Difference[], first: boolean, library: ReadonlyMap<string, Item>): Text {
  return { en: summary(found, first, library, "en"), es: summary(found, first, library, "es") };
}

function summary(found: readonly Difference[], first: boolean, library: ReadonlyMap<string, Item>, language: Language): string {
  const say = wording[language];
  if (first) return say.first;
  const title = (slug: string) => library.get(slug)?.title[language] ?? slug;
  const named = (kind: Difference["kind"]) => [...new Set(found.flatMap((one) => (one.kind === kind && "slug" in one ? [title(one.slug)] : [])))];
  const sentences = [
    list(named("added"), say.added),
    list(named("removed"), say.removed),
    ...found.flatMap((one) =>
      one.kind === "dose" && one.after.kind === "exercise" && one.after.dosage
        ? [say.dose(title(one.slug), doseLine(one.after.dosage, one.after.side, language))]
        : [],
    ),
    list([...new Set([...named("phases"), ...named("tiny"), ...named("note")])], say.adjusted),
    found.length === 1 && found[0]?.kind === "order" ? say.order : "",
  ].filter(Boolean);
  return fitted(sentences.length ? sentences : [say.small]);
}

function list(names: readonly string[], sentence: (names: string) => string): string {
  return names.length ? sentence(names.join(", ")) : "";
}

/** As many whole sentences as fit. */
function fitted(sentences: readonly string[]): string {
  let text = "";
  for (const sentence of sentences) {
    const longer = text ? `${text} ${sentence}` : sentence;
    if (longer.length > longest) break;
    text = longer;
  }
  return text || (sentences[0] ?? "").slice(0, longest - 1) + "…";
}

const wording = {
  en: {
    first: "This is your plan. Start small: the tiny version counts.",
    added: (names: string) => `New: ${names}.`,
    removed: (names: string) => `No longer in your plan: ${names}.`,
    dose: (name: string, dose: string) => `${name} is now ${dose}.`,
    adjusted: (names: string) => `Adjusted: ${names}.`,
    order: "The order has changed.",
    small: "Small corrections.",
  },
  es: {
    first: "Este es su plan. Empiece poco a poco: lo pequeño también cuenta.",
    added: (names: string) => `Nuevo: ${names}.`,
    removed: (names: string) => `Ya no está en su plan: ${names}.`,
    dose: (name: string, dose: string) => `${name} ahora es ${dose}.`,
    adjusted: (names: string) => `Ajustado: ${names}.`,
    order: "Cambió el orden.",
    small: "Pequeñas correcciones.",
  },
};
