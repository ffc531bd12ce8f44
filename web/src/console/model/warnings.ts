/** Hints about a plan for the therapist before publishing it. None of them forbids anything. */

import type { Exercise, Item, Phase } from "../wire";
import { inPhase, type Plan, type Prescribed } from "./draft";

export type Warning =
  /** More exercises at once in the first week than a person takes up. */
  | { readonly code: "too-many"; readonly phase: string; readonly count: number; readonly most: number }
  /** It waits for a muscle needled in the latest session, by the server's list: held back for 48 h after a needling. */
  | { readonly code: "needled"; readonly id: string; readonly muscles: readonly string[] }
  | { readonly code: "caution"; readonly id: string; readonly tags: readonly string[] }
  /** The caution tags that hold for this patient by their intake. */
  | { readonly code: "own-caution"; readonly id: string; readonly tags: readonly string[] }
  /** The library offers it from a later phase on. */
  | { readonly code: "early"; readonly id: string; readonly from: string }
  /** Its next review is near, or missed: then it is not newly assigned. */
  | { readonly code: "review-soon" | "review-overdue"; readonly id: string }
  /** Not signed: held back from the patient while the clinic shows no drafts. */
  | { readonly code: "unsigned"; readonly id: string }
  | {
      readonly code: "range";
      readonly id: string;
      readonly field: string;
      readonly least: number;
      readonly most: number;
    }
  | { readonly code: "tiny"; readonly id: string }
  /** A note in one language only: the patient's phone may speak the other. */
  | { readonly code: "half-note"; readonly id: string };

export type Surroundings = {
  readonly library: ReadonlyMap<string, Item>;
  readonly needled: readonly string[];
  /** The caution tags that the patient's intake makes their own. */
  readonly cautions?: readonly string[];
  readonly draftsAllowed: boolean;
  /** Number of exercises that are enough in the first week. */
  readonly mostInFirstWeek: number;
};

/** Hours of the first week on the plan clock. */
const firstWeekH = 168;

export function warningsOf(plan: Plan, around: Surroundings): Warning[] {
  const crowded = plan.phases.flatMap((phase) => tooMany(plan, phase, around.mostInFirstWeek));
  return [...crowded, ...plan.items.flatMap((item) => itemWarnings(plan, item, around))];
}

/** Those that belong to one item. */
export function ofItem(warnings: readonly Warning[], id: string): Warning[] {
  return warnings.filter((warning) => "id" in warning && warning.id === id);
}

function tooMany(plan: Plan, phase: Phase, most: number): Warning[] {
  const count = new Set(inPhase(plan, phase.slug, "exercise").map(({ slug }) => slug)).size;
  return phase.fromH < firstWeekH && count > most ? [{ code: "too-many", phase: phase.slug, count, most }] : [];
}

function itemWarnings(plan: Plan, item: Prescribed, around: Surroundings): Warning[] {
  const { id } = item;
  const source = around.library.get(item.slug);
  const found: Warning[] = [];
  if (source?.kind === "exercise") found.push(...exerciseWarnings(item, source, around));
  if (source && order(plan, source.phaseFrom) > Math.min(...item.phases.map((phase) => order(plan, phase)))) {
    found.push({ code: "early", id, from: source.phaseFrom });
  }
  if (source && source.renewal !== "later") {
    found.push({ code: source.renewal === "soon" ? "review-soon" : "review-overdue", id });
  }
  if (source?.review.state === "unsigned" && !around.draftsAllowed) found.push({ code: "unsigned", id });
  if (item.note && (item.note.en.trim() === "") !== (item.note.es.trim() === "")) found.push({ code: "half-note", id });
  return found;
}

function exerciseWarnings(item: Prescribed, source: Exercise, around: Surroundings): Warning[] {
  const { id, dosage, tiny } = item;
  const found: Warning[] = [];
  const muscles = source.restsFor.filter((muscle) => around.needled.includes(muscle));
  if (muscles.length) found.push({ code: "needled", id, muscles });
  const own = source.cautionTags.filter((tag) => around.cautions?.includes(tag));
  const others = source.cautionTags.filter((tag) => !own.includes(tag));
  if (own.length) found.push({ code: "own-caution", id, tags: own });
  if (others.length) found.push({ code: "caution", id, tags: others });
  if (dosage) {
    for (const field of ["sets", "reps", "durationS", "holdS", "timesPerDay"] as const) {
      const range = source.doseRange[field];
      const value = dosage[field];
      if (range && value !== null && (value < range[0] || value > range[1])) {
        found.push({ code: "range", id, field, least: range[0], most: range[1] });
      }
    }
  }
  if (dosage && tiny && amountOf(tiny) > amountOf(dosage)) found.push({ code: "tiny", id });
  return found;
}

/** Repetitions or seconds over all sets. */
function amountOf(dose: { sets: number; reps: number | null; durationS: number | null }): number {
  return dose.sets * (dose.reps ?? dose.durationS ?? 0);
}

function order(plan: Plan, phase: string): number {
  return plan.phases.findIndex(({ slug }) => slug === phase);
}
