/** Hints about a plan for the therapist before publishing it. None of them forbids anything. */

import type { Exercise, Item, Phase } from "../wire";
import { inPhase, type Plan, type Prescribed } from "./draft";
import { isFinished, type PlanNow, restHours, unfinished } from "./planNow";
import { amountOf } from "./ranges";

export type Warning =
  /** More exercises at once in the first week than a person takes up. */
  | { readonly code: "too-many"; readonly phase: string; readonly count: number; readonly most: number }
  /** It rests now, by the server's list: it strains a muscle needled in the latest session, less than 48 h ago. */
  | {
      readonly code: "needled";
      readonly id: string;
      readonly muscles: readonly string[];
      /** The phases in which it rests. */
      readonly phases: readonly string[];
    }
  | { readonly code: "caution"; readonly id: string; readonly tags: readonly string[] }
  /** The caution tags that hold for this patient by their intake. */
  | { readonly code: "own-caution"; readonly id: string; readonly tags: readonly string[] }
  /** The library offers it from a later phase on than the first that is not finished. */
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
  /** The patient's place on the clock when the plan takes effect; undefined: the list runs again after each needling. */
  readonly now?: PlanNow | undefined;
  /** Items of the published program: they stay assigned when their review is overdue. */
  readonly assigned?: ReadonlySet<string>;
};

/** Hours of the first week on the plan clock. */
const firstWeekH = 168;

/** The hints that are true of the plan from now on: a finished phase warns of nothing, and neither does a week that is over. */
export function warningsOf(plan: Plan, around: Surroundings): Warning[] {
  const crowded = plan.phases.flatMap((phase) => tooMany(plan, phase, around));
  return [...crowded, ...plan.items.flatMap((item) => itemWarnings(plan, item, around))];
}

/** Those that belong to one item; with a phase, those that are true of it there. */
export function ofItem(warnings: readonly Warning[], id: string, phase?: string): Warning[] {
  return warnings.filter(
    (warning) =>
      "id" in warning &&
      warning.id === id &&
      (phase === undefined || warning.code !== "needled" || warning.phases.includes(phase)),
  );
}

function tooMany(plan: Plan, phase: Phase, { now, mostInFirstWeek: most }: Surroundings): Warning[] {
  const count = new Set(inPhase(plan, phase.slug, "exercise").map(({ slug }) => slug)).size;
  const over = isFinished(plan.phases, phase.slug, now?.phase) || (now?.hours ?? 0) >= firstWeekH;
  return !over && phase.fromH < firstWeekH && count > most
    ? [{ code: "too-many", phase: phase.slug, count, most }]
    : [];
}

function itemWarnings(plan: Plan, item: Prescribed, around: Surroundings): Warning[] {
  const { id } = item;
  const source = around.library.get(item.slug);
  const found: Warning[] = [];
  const ahead = unfinished(plan.phases, item.phases, around.now?.phase);
  // The server refuses it, in a finished phase too.
  if (item.dosage && item.tiny && amountOf(item.tiny) > amountOf(item.dosage)) found.push({ code: "tiny", id });
  if (ahead.length === 0) return found;
  if (source?.kind === "exercise") found.push(...exerciseWarnings(item, source, ahead, plan, around));
  if (source && order(plan, source.phaseFrom) > Math.min(...ahead.map((phase) => order(plan, phase)))) {
    found.push({ code: "early", id, from: source.phaseFrom });
  }
  if (source?.renewal === "soon") found.push({ code: "review-soon", id });
  if (source?.renewal === "overdue" && !around.assigned?.has(item.slug)) found.push({ code: "review-overdue", id });
  if (source?.review.state === "unsigned" && !around.draftsAllowed) found.push({ code: "unsigned", id });
  if (item.note && (item.note.en.trim() === "") !== (item.note.es.trim() === "")) found.push({ code: "half-note", id });
  return found;
}

function exerciseWarnings(
  item: Prescribed,
  source: Exercise,
  ahead: readonly string[],
  plan: Plan,
  around: Surroundings,
): Warning[] {
  const { id, dosage } = item;
  const found: Warning[] = [];
  const muscles = source.restsFor.filter((muscle) => around.needled.includes(muscle));
  const phases = muscles.length ? restsIn(ahead, plan, around.now) : [];
  if (phases.length) found.push({ code: "needled", id, muscles, phases });
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
  return found;
}

/** Those of the phases that fall into the 48 hours after the latest needling; of the overlay, after each. */
function restsIn(ahead: readonly string[], plan: Plan, now: PlanNow | undefined): string[] {
  const starts = (slug: string) => plan.phases.find((phase) => phase.slug === slug)?.fromH ?? Infinity;
  if (!now) return ahead.filter((slug) => starts(slug) < restHours);
  if (now.sinceNeedling === null || now.sinceNeedling >= restHours) return [];
  const left = restHours - now.sinceNeedling;
  // A phase whose hour has passed waits at its gate: nobody knows when it begins.
  const reached = (slug: string) => starts(slug) >= now.hours && starts(slug) < now.hours + left;
  return ahead.filter((slug) => slug === now.phase || reached(slug));
}

function order(plan: Plan, phase: string): number {
  return plan.phases.findIndex(({ slug }) => slug === phase);
}
