/** Instants as this desk reads them. */

import { localDay, shortDay } from "../core/dates";
import type { Language } from "../core/i18n";

/**
 * "Mar 2, 10:25 AM", with the year where it is not this one.
 *
 * In Spanish it ends with "a.m." or "p.m.", whose full stop ends a sentence too: no text adds another one.
 */
export function moment(at: string | Date, language: Language, now = new Date()): string {
  const instant = new Date(at);
  return new Intl.DateTimeFormat(language === "es" ? "es-US" : "en-US", {
    month: "short",
    day: "numeric",
    hour: "numeric",
    minute: "2-digit",
    ...(instant.getFullYear() !== now.getFullYear() && { year: "numeric" }),
  }).format(instant);
}

/** "Mar 2, 2026, 10:25 AM", for a record. */
export function momentWithYear(at: string | Date, language: Language): string {
  return moment(at, language, new Date(0));
}

/** "Mar 2, 2026", for a sheet of paper. */
export function dayWithYear(at: string | Date, language: Language): string {
  return dayOf(at, language, new Date(0));
}

/** "Mar 2", with the year where it is not this one. */
export function dayOf(at: string | Date, language: Language, now = new Date()): string {
  return shortDay(localDay(new Date(at)), language, localDay(now));
}

/** Whole hours from then until now. */
export function hoursSince(at: string, now: Date): number {
  return Math.floor((now.getTime() - Date.parse(at)) / 3_600_000);
}

/** "5 h", "26 h", "3 d": hours up to three days, then days. */
export function hoursShort(hours: number): string {
  return hours < 72 ? `${hours} h` : `${Math.floor(hours / 24)} d`;
}
