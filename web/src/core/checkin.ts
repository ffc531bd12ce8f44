/** The daily check-in as this phone knows it: its days, what is being filled in, what was saved. */

import type { BodyRegion, CheckIn, CheckInEntry, Plan } from "./api";
import { addDays, type Day } from "./dates";
import type { Entry } from "./entry";

/** A check-in that is being filled in; undefined means not answered, which is never the same as 0. */
export type CheckInDraft = {
  painNow?: number;
  painWorst24h?: number;
  soreness?: number;
  regions: BodyRegion[];
  interference?: number;
  sleep?: NonNullable<CheckInEntry["sleep"]>;
  note?: string;
  /** Whether the safety screen was asked for. */
  anythingNew?: boolean;
  safetyYes: string[];
  /** Another worry in the person's words. */
  otherText?: string | undefined;
};

export const draftKey = (day: Day): string => `checkin/${day}`;

/** Today and the two days before can be filled in. */
export function openDays(today: Day): [Day, Day, Day] {
  return [today, addDays(today, -1), addDays(today, -2)];
}

/** The open days whose check-in was begun and not saved; a draft of a closed day cannot be finished. */
export function begunDays(drafts: readonly string[], today: Day): Day[] {
  return openDays(today).filter((day) => drafts.includes(draftKey(day)));
}

/** The days whose check-in was begun, and can be saved no more. */
export function lapsedDays(drafts: readonly string[], today: Day): Day[] {
  const days = drafts.filter((key) => key.startsWith(draftKey(""))).map((key) => key.slice(draftKey("").length));
  return days.filter((day) => day < openDays(today)[2]).sort();
}

/** Starts from what was saved for that day, else empty with the regions of the latest earlier check-in. */
export function startDraft(day: Day, known: readonly CheckInEntryOfDay[]): CheckInDraft {
  const saved = known.find((entry) => entry.day === day);
  if (saved) return draftOf(saved);
  const earlier = known.filter((entry) => entry.day < day).sort((a, b) => (a.day < b.day ? 1 : -1))[0];
  return { regions: earlier?.regions ?? [], safetyYes: [] };
}

/** A check-in as this phone knows it: the server's, or its own that waits. */
export type CheckInEntryOfDay = CheckInEntry & { day: Day; enteredBy?: CheckIn["enteredBy"] };

function draftOf(saved: CheckInEntry): CheckInDraft {
  const { painNow, painWorst24h, soreness, regions, interference, sleep, note, anythingNew, safetyYes, otherText } =
    saved;
  const answers = { soreness, interference, sleep, note, otherText };
  return { painNow, painWorst24h, regions: regions ?? [], anythingNew, safetyYes: safetyYes ?? [], ...given(answers) };
}

/** Hours since the end of the latest needling session at an instant; undefined before it, and when there was none. */
export function hoursSinceNeedling({ needledAt }: Pick<Plan, "needledAt">, at: Date): number | undefined {
  const hours = needledAt === null ? -1 : (at.getTime() - Date.parse(needledAt)) / 3_600_000;
  return hours < 0 ? undefined : hours;
}

export const checkInKey = (day: Day): string => `checkin/${day}`;

/** The check-ins of this device's copy with what is not sent yet laid over them, one per day. */
export function knownCheckIns(confirmed: readonly CheckIn[], waiting: readonly Entry[]): CheckInEntryOfDay[] {
  const byDay = new Map<Day, CheckInEntryOfDay>(confirmed.map((entry) => [entry.day, entry]));
  for (const { kind, key, body } of waiting)
    if (kind === "checkin") byDay.set(dayOf(key), { ...body, day: dayOf(key) });
  return [...byDay.values()].sort((a, b) => (a.day < b.day ? -1 : 1));
}

/** The day of a check-in's key. */
export function dayOf(key: string): Day {
  return key.slice(checkInKey("").length);
}

/** The answers that were given. */
export function given<T extends object>(answers: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(answers).filter(([, answer]) => answer != null)) as {
    [K in keyof T]?: NonNullable<T[K]>;
  };
}
