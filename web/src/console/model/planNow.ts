/** A patient's place on the plan's hour clock: phases that are finished, the one that is on, those still to come. */

import type { NeedlingSession, Phase, ProgramView } from "../wire";
import { phaseAt } from "./clock";

/** A program that is published first runs from the end of a needling session not older than this. */
const anchorHours = 168;
/** Hours after a needling in which the overlay runs. */
export const overlayHours = 72;
/** Hours after a needling in which exercises that strain a needled muscle rest. */
export const restHours = 48;

export type PlanNow = {
  /** The phase that is on. */
  readonly phase: string | undefined;
  /** Hours on the plan's clock. */
  readonly hours: number;
  /** Hours since the end of the latest session with needles; null: there was none. */
  readonly sinceNeedling: number | null;
};

/** `at`: the instant at which the plan takes effect. The server's phase is the truth: it knows pauses and gates. */
export function planNow(
  view: Pick<ProgramView, "program">,
  sessions: readonly NeedlingSession[],
  phases: readonly Phase[],
  at: number,
): PlanNow {
  const ended = sessions.filter(({ muscles }) => muscles.length > 0).map(({ endedAt }) => Date.parse(endedAt));
  const sinceNeedling = ended.length ? (at - Math.max(...ended)) / 3_600_000 : null;
  const anchor = view.program ? (at - Date.parse(view.program.anchorAt)) / 3_600_000 : (sinceNeedling ?? Infinity);
  const hours = view.program || anchor <= anchorHours ? Math.max(0, anchor) : 0;
  return { phase: view.program?.phase ?? phaseAt(phases, hours)?.slug, hours, sinceNeedling };
}

/** Whether a phase lies before the one that is on; without one, none does. */
export function isFinished(phases: readonly Phase[], slug: string, now: string | undefined): boolean {
  const place = (one: string) => phases.findIndex((phase) => phase.slug === one);
  return now !== undefined && place(now) >= 0 && place(slug) < place(now);
}

/** Those of some phases that are on or still to come. */
export function unfinished(phases: readonly Phase[], slugs: readonly string[], now: string | undefined): string[] {
  return slugs.filter((slug) => !isFinished(phases, slug, now));
}

/** Whether a phase lies within the first 72 hours, which the builder folds into one strip. */
export function isFolded({ toH }: Pick<Phase, "toH">): boolean {
  return toH !== null && toH <= overlayHours;
}

/** The phase that additions go to: the chosen one, unless it is finished or folded; then the next that is neither. */
export function additionsTo(plan: Phases, chosen: string | undefined, now: string | undefined): string {
  const open = plan.filter((phase) => !isFolded(phase) && !isFinished(plan, phase.slug, now));
  return (open.find(({ slug }) => slug === chosen) ?? open[0] ?? plan.at(-1))?.slug ?? "";
}

type Phases = readonly Phase[];

/**
 * The first phase that an exercise added to `target` is on in. Where the first 72 hours have begun and nobody was
 * needled, there is nothing to recover from: it begins now and not only after them.
 */
export function beginsIn(plan: Phases, target: string, { phase, sinceNeedling }: PlanNow): string {
  const current = plan.find(({ slug }) => slug === phase);
  const next = plan.find((one) => !isFolded(one));
  return current && isFolded(current) && sinceNeedling === null && next?.slug === target ? current.slug : target;
}
