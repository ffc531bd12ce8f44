/** Months, such as "2026-11", for the calendar of days. */

import { addDays, type Day, daysBetween, named } from "./dates";
import type { Language } from "./i18n";

/** "November" / "Noviembre", with the year where it is not this one. */
export function monthName(month: string, language: Language): string {
  const name = named(`${month}-01`, language, { month: "long" });
  return name[0]!.toLocaleUpperCase() + name.slice(1);
}

export function daysOfMonth(month: string): Day[] {
  const first = `${month}-01`;
  const count = daysBetween(first, `${addDays(first, 31).slice(0, 7)}-01`);
  return Array.from({ length: count }, (_, at) => addDays(first, at));
}
