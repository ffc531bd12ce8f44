/** An item of the clinic while it is written: a blank one, a copy of another, and what the form itself can check. Pure. */

import type { Body } from "../../core/api";
import type { Item, ItemKind, Lines, Text } from "../wire";

export type ExerciseDraft = Required<Body<"ExerciseContent">>;
export type ActivityDraft = Required<Body<"ActivityContent">>;
export type TopicDraft = Required<Body<"EducationContent">>;
export type ItemDraft = ExerciseDraft | ActivityDraft | TopicDraft;

const text = (): Text => ({ en: "", es: "" });
const lines = (): Lines => ({ en: [], es: [] });

export function blank(kind: ItemKind): ItemDraft {
  const about = { title: text(), evidence: "convention" as const, reviewBy: null };
  const all = { ...about, picture: null, sources: [] as string[] };
  if (kind === "education")
    return {
      ...{ ...all, kind, phaseFrom: "p0", summary: text(), body: lines(), keyPoint: text(), action: text() },
      pinned: false,
    };
  if (kind === "activity")
    return {
      ...{ ...all, kind, phaseFrom: "p0", context: [], defaultPrompt: null, anchor: text(), tiny: text() },
      ...{ steps: lines(), why: text(), cautions: lines() },
    };
  return {
    ...{ ...all, kind, category: "mobility", loadType: "moves", chain: null, easier: null, harder: null },
    ...{ position: "standing", altPositions: [], equipment: [], targets: { primary: [], secondary: [] } },
    ...{ waitsFor: null, withoutFloor: null, phaseFrom: "p2", doseRange: noRange, steps: lines(), feel: text() },
    ...{ why: text(), cautions: lines(), cautionTags: [] },
    dose: {
      ...{ sets: 2, reps: 8, durationS: null, holdS: 0, restS: 0, perSide: false, load: null, timesPerDay: 1 },
      weekdays: 127,
    },
    tiny: { sets: 1, reps: 2, durationS: null, text: text() },
  };
}

const noRange = { sets: null, reps: null, durationS: null, holdS: null, timesPerDay: null };

const listed = ["slug", "version", "renewal", "reviewDue", "restsFor", "own", "retiredAt", "review"];

/** The content of an item without what only the list says of it. A copy of another item keeps neither its day of review nor its drawing. */
export function draftOf(item: Item, isCopy: boolean): ItemDraft {
  const content = Object.fromEntries(Object.entries(item).filter(([field]) => !listed.includes(field))) as ItemDraft;
  return structuredClone(isCopy ? { ...content, reviewBy: null } : content);
}

/** The dose in repetitions or in seconds, with the tiny dose counted alike. */
export function countedIn(draft: ExerciseDraft, measure: "reps" | "durationS"): ExerciseDraft {
  const inReps = measure === "reps";
  return {
    ...draft,
    dose: { ...draft.dose, reps: inReps ? 8 : null, durationS: inReps ? null : 30 },
    tiny: { ...draft.tiny, reps: inReps ? 2 : null, durationS: inReps ? null : 10 },
    doseRange: noRange,
  };
}

/** The lines that say something, without the blanks around them. */
export const filled = (typed: readonly string[]): string[] => typed.map((line) => line.trim()).filter(Boolean);

const filledIn = (typed: Lines): Lines => ({ en: filled(typed.en), es: filled(typed.es) });

/** The body to send: without empty lines, and without an earlier range that the dose has left. */
export function sound(typed: ItemDraft): ItemDraft {
  const sources = filled(typed.sources);
  if (typed.kind === "education") return { ...typed, sources, body: filledIn(typed.body) };
  const draft = { ...typed, sources, steps: filledIn(typed.steps), cautions: filledIn(typed.cautions) };
  if (draft.kind !== "exercise") return draft;
  const { dose, doseRange } = draft;
  const range = (field: keyof typeof noRange): [number, number] | null => {
    const [low, high] = (doseRange[field] ?? []) as number[];
    const value = dose[field];
    if (low === undefined || high === undefined || value == null) return null;
    return value >= low && value <= high ? [low, high] : null;
  };
  const [sets, reps, durationS] = [range("sets"), range("reps"), range("durationS")];
  return { ...draft, doseRange: { sets, reps, durationS, holdS: range("holdS"), timesPerDay: range("timesPerDay") } };
}

/** The fields, by name, whose two languages do not match: one is empty, or they have different numbers of lines. */
export function unmatched(draft: ItemDraft): string[] {
  const pairs: [string, unknown][] = Object.entries(draft);
  if (draft.kind === "exercise") pairs.push(["tiny", draft.tiny.text]);
  return pairs.flatMap(([field, value]) => (isPair(value) && !matches(value, field) ? [field] : []));
}

const mayBeEmpty = ["cautions"];

function isPair(value: unknown): value is Text | Lines {
  return typeof value === "object" && value !== null && "en" in value && "es" in value;
}

function matches({ en, es }: Text | Lines, field: string): boolean {
  if (typeof en === "string" || typeof es === "string") return Boolean(String(en).trim() && String(es).trim());
  return en.length === es.length && (en.length > 0 || mayBeEmpty.includes(field));
}

export const largestPicture = 8 * 1024 * 1024;

/** The file in base64, as the server takes it. */
export async function base64(file: Blob): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += 0x8000) parts.push(String.fromCharCode(...bytes.subarray(at, at + 0x8000)));
  return btoa(parts.join(""));
}
