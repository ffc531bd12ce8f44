/**
 * A dose in one line, as therapists write it: "2 × 8 each side · hold 5 s · 2× a day · Mon Wed Fri". Not the patient's
 * sentence of core/dose.ts ("2 sets of 8 · each side"), which has no weekdays, because the phone shows only what is due:
 * a therapist compares prescriptions at a glance, and a sheet of paper must name the days.
 */

import { weekdayName } from "../../core/dates";
import type { Dictionaries, Language } from "../../core/i18n";
import type { Dosage, TinyDose } from "../wire";

export type OneSide = "left" | "right";

/** 127: every day of the week. */
export const everyDay = 127;

export function doseLine(dose: Dosage, side: OneSide | null, language: Language): string {
  const say = words[language];
  const parts = [amount(dose, language) + (side ? ` ${say.side[side]}` : dose.perSide ? ` ${say.perSide}` : "")];
  if (dose.holdS > 0) parts.push(say.hold(dose.holdS));
  if (dose.load) parts.push(dose.load);
  if (dose.timesPerDay > 1) parts.push(say.timesPerDay(dose.timesPerDay));
  if (dose.weekdays !== everyDay) parts.push(weekdaysLine(dose.weekdays, language));
  // The dot stays with what it follows when the line breaks.
  return parts.join("\u00a0· ");
}

/** "2 × 8", "3 min", "2 × 30 s". */
export function amount(dose: Pick<Dosage, "sets" | "reps" | "durationS">, language: Language): string {
  const each = dose.durationS !== null ? duration(dose.durationS) : String(dose.reps ?? 0);
  if (dose.sets > 1) return `${dose.sets} × ${each}`;
  return dose.durationS !== null ? each : words[language].reps(dose.reps ?? 0);
}

export function tinyLine(tiny: TinyDose, language: Language): string {
  return `${amount(tiny, language)} – ${tiny.text[language]}`;
}

/** 45 → "45 s", 180 → "3 min", 90 → "1 min 30 s". */
export function duration(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  const rest = seconds % 60;
  return [minutes ? `${minutes} min` : "", rest || !minutes ? `${rest} s` : ""].filter(Boolean).join(" ");
}

/** "Mon Wed Fri", "Mon–Fri" for a mask of weekdays; "every day" for all. */
export function weekdaysLine(mask: number, language: Language): string {
  if (mask === everyDay) return words[language].everyDay;
  const name = (day: number) => weekdayName(day, language);
  return runsOf(daysOf(mask))
    .map(([first, last]) =>
      last - first < 2 ? range(first, last).map(name).join(" ") : `${name(first)}–${name(last)}`,
    )
    .join(" ");
}

/** Neighbouring days as first and last. */
function runsOf(days: readonly number[]): [number, number][] {
  const runs: [number, number][] = [];
  for (const day of days) {
    const run = runs.at(-1);
    if (run && run[1] === day - 1) run[1] = day;
    else runs.push([day, day]);
  }
  return runs;
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, at) => first + at);
}

/** The weekdays of a mask, Monday 1 to Sunday 7. */
export function daysOf(mask: number): number[] {
  return [1, 2, 3, 4, 5, 6, 7].filter((day) => mask & (1 << (day - 1)));
}

const words: Dictionaries<{
  side: Record<OneSide, string>;
  perSide: string;
  hold: (s: number) => string;
  reps: (n: number) => string;
  timesPerDay: (n: number) => string;
  everyDay: string;
}> = {
  en: {
    side: { left: "left", right: "right" },
    perSide: "each side",
    hold: (s) => `hold ${duration(s)}`,
    reps: (n) => (n === 1 ? "1 rep" : `${n} reps`),
    timesPerDay: (n) => `${n}× a day`,
    everyDay: "every day",
  },
  es: {
    side: { left: "izquierda", right: "derecha" },
    perSide: "cada lado",
    hold: (s) => `sostener ${duration(s)}`,
    reps: (n) => (n === 1 ? "1 rep." : `${n} reps.`),
    timesPerDay: (n) => `${n} veces al día`,
    everyDay: "todos los días",
  },
};
