/** The limits of a dose: what the server takes, and why a value is refused. */

import type { Dosage, TinyDose } from "../wire";

export type DoseField = "sets" | "reps" | "durationS" | "holdS" | "restS" | "timesPerDay";

/** Smallest and largest that the server stores; library/dosage.py has the same. */
export const limits: Record<DoseField, readonly [number, number]> = {
  sets: [1, 10],
  reps: [1, 100],
  durationS: [1, 7200],
  holdS: [0, 300],
  restS: [0, 600],
  timesPerDay: [1, 12],
};

export type Refusal =
  | { readonly code: "whole-number" }
  | { readonly code: "outside"; readonly least: number; readonly most: number }
  /** The tiny dose would be more than the dose; `most`: the largest that is not. */
  | { readonly code: "more-than-dose"; readonly most: number }
  /** The dose would be less than its tiny dose; `least`: the smallest that is not. */
  | { readonly code: "less-than-tiny"; readonly least: number };

/** The number that was typed, or why it is not taken. */
export function read(typed: string, [least, most]: readonly [number, number]): number | Refusal {
  const value = Number(typed);
  if (typed.trim() === "" || !Number.isInteger(value)) return { code: "whole-number" };
  return value < least || value > most ? { code: "outside", least, most } : value;
}

type Amount = Pick<Dosage | TinyDose, "sets" | "reps" | "durationS">;

/** Repetitions or seconds over all sets. */
export function amountOf(dose: Amount): number {
  return dose.sets * eachOf(dose);
}

/** The reason for which the server would refuse this tiny dose after `field` was changed; undefined: it would not. */
export function tooTiny(dose: Amount, tiny: Amount, field: "sets" | "each", of: "dose" | "tiny"): Refusal | undefined {
  if (amountOf(tiny) <= amountOf(dose)) return undefined;
  const [fixed, limit] = of === "dose" ? [dose, amountOf(tiny)] : [tiny, amountOf(dose)];
  const factor = field === "sets" ? eachOf(fixed) : fixed.sets;
  return of === "dose"
    ? { code: "less-than-tiny", least: Math.ceil(limit / factor) }
    : { code: "more-than-dose", most: Math.floor(limit / factor) };
}

function eachOf({ reps, durationS }: Amount): number {
  return reps ?? durationS ?? 1;
}
