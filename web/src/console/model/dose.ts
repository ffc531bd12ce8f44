/** A dose in one line, as therapists write it: "2 × 8 each side · hold 5 s · 2× a day · Mon Wed Fri". */

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
  return parts.join(" · ");
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

/** "Mon Wed Fri" for a mask of weekdays; "every day" for all. */
export function weekdaysLine(mask: number, language: Language): string {
  if (mask === everyDay) return words[language].everyDay;
  return daysOf(mask).map((day) => weekdayName(day, language)).join(" ");
}

/** The weekdays of a mask, Monday 1 to Sunday 7. */
export function daysOf(mask: number): number[] {
  return [1, 2, 3, 4, 5, 6, 7].filter((day) => mask & (1 << (day - 1)));
}

/** The mask with one weekday switched; never none at all. */
export function toggleDay(mask: number, day: number): number {
  return (mask ^ (1 << (day - 1))) || mask;
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
