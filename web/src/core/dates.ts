/**
 * Local days and their names. A day is `2026-03-02`, counted in the zone where the person is; an instant is a Date.
 * Arithmetic on days never passes through an instant, so neither DST night can lose or double one.
 */

import type { Language } from "./i18n";

export type Day = string;

/** The server does not accept a phone's time that is farther ahead (tests/vectors/limits.json). */
export const clockSkewMs = 10 * 60_000;

/** The IANA zone that this device is in. Where the browser has no name for it, the server counts by the home zone. */
export function deviceZone(): string {
  const zone: unknown = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return typeof zone === "string" && /^[\w+:/-]{1,64}$/.test(zone) ? zone : "Etc/Unknown";
}

/** The day at an instant, in a zone or where this device is. */
export function localDay(at: Date, zone?: string): Day {
  if (!zone)
    return [at.getFullYear(), at.getMonth() + 1, at.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
  const format = kept("en-US", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" });
  // From the parts: no locale has put them together in the same way through all versions of all browsers.
  const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]));
  return `${parts.get("year")}-${parts.get("month")}-${parts.get("day")}`;
}

/** Now, or just after `before`: a later answer replaces an earlier one, also when the clock was set back. */
export function laterThan(now: Date, before: string | undefined): Date {
  return before === undefined ? now : new Date(Math.max(now.getTime(), Date.parse(before) + 1));
}

export function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(noonOf(text)) && addDays(text, 0) === text;
}

export function addDays(day: Day, days: number): Day {
  return new Date(noonOf(day) + days * 86_400_000).toISOString().slice(0, 10);
}

export function daysBetween(from: Day, until: Day): number {
  return Math.round((noonOf(until) - noonOf(from)) / 86_400_000);
}

/** Monday 1 to Sunday 7. */
export function weekday(day: Day): number {
  return new Date(noonOf(day)).getUTCDay() || 7;
}

/** "Monday, March 2" / "lunes, 2 de marzo", with the year where it is not this one. */
export function dayName(day: Day, language: Language, today?: Day): string {
  return named(day, language, { weekday: "long", month: "long", day: "numeric" }, today);
}

/** "Monday, Mar 2" / "lunes, 2 de mar", for the head of a screen. */
export function dayHead(day: Day, language: Language): string {
  return named(day, language, { weekday: "long", month: "short", day: "numeric" });
}

/** "Mar 2" / "2 mar", with the year where it is not this one. */
export function shortDay(day: Day, language: Language, today?: Day): string {
  return named(day, language, { month: "short", day: "numeric" }, today);
}

/** A day with those parts of its name, and the year where it is not this one. */
export function named(
  day: Day,
  language: Language,
  parts: Intl.DateTimeFormatOptions,
  today = localDay(new Date()),
): string {
  return inUtc(language, +today.slice(0, 4) - +day.slice(0, 4) ? { ...parts, year: "numeric" } : parts).format(
    noonOf(day),
  );
}

/** "Mon" / "lun" for 1..7. */
export function weekdayName(number: number, language: Language, width: "long" | "short" | "narrow" = "short"): string {
  return inUtc(language, { weekday: width }).format(Date.UTC(2024, 0, number, 12)); // 1 January 2024 was a Monday
}

/** "8:30 AM", "8:30 pm" in Spanish, for an instant: never on two lines, and without a dot where a sentence may end. */
export function clockTime(at: Date, language: Language, zone?: string): string {
  return kept(locale(language), { hour: "numeric", minute: "2-digit", ...(zone && { timeZone: zone }) })
    .format(at)
    .replace(/\s/gu, "\u00a0")
    .replaceAll(".", "");
}

/** The same for a wall time such as "08:30:00". */
export function wallTime(time: string, language: Language): string {
  return clockTime(new Date(`2024-01-01T${time.slice(0, 5)}:00Z`), language, "UTC");
}

/** Whether this device's clock is between two wall times, "09:00:00" and "18:00:00". */
export function isBetween(at: Date, from: string, until: string): boolean {
  const time = at.toTimeString(); // begins with "09:00:00", in every language
  return from <= time && time < until;
}

function noonOf(day: Day): number {
  return Date.parse(`${day}T12:00:00Z`);
}

/** Kept: to make one takes a cheap phone longer than to use it a hundred times. */
function inUtc(language: Language, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return kept(locale(language), { ...options, timeZone: "UTC" });
}

const formats = new Map<string, Intl.DateTimeFormat>();

function kept(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = locale + JSON.stringify(options);
  const format = formats.get(key) ?? new Intl.DateTimeFormat(locale, options);
  formats.set(key, format);
  return format;
}

function locale(language: Language): string {
  return language === "es" ? "es-US" : "en-US";
}
