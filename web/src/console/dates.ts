/** Instants as this desk reads them. */

import { localDay, shortDay } from "../core/dates";
import type { Language } from "../core/i18n";

/** "Mar 2, 10:25 AM". */
export function moment(at: string | Date, language: Language): string {
  const locale = language === "es" ? "es-US" : "en-US";
  return new Intl.DateTimeFormat(locale, { month: "short", day: "numeric", hour: "numeric", minute: "2-digit" }).format(
    new Date(at),
  );
}

/** "Mar 2". */
export function dayOf(at: string | Date, language: Language): string {
  return shortDay(localDay(new Date(at)), language);
}

/** Whole hours from then until now. */
export function hoursSince(at: string, now: Date): number {
  return Math.floor((now.getTime() - Date.parse(at)) / 3_600_000);
}

/** "5 h", "26 h", "3 d": hours up to three days, then days. */
export function hoursShort(hours: number): string {
  return hours < 72 ? `${hours} h` : `${Math.floor(hours / 24)} d`;
}
