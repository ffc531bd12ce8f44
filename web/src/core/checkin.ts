/** The daily check-in: what is asked, what is still missing, and the entry that goes to the server. */

import { type Level, levels } from "instrument/levels";

import type { BodyRegion, CheckIn, CheckInEntry, Plan, Prepared, SafetyAnswerEntry } from "./api";
import { addDays, type Day, deviceZone, laterThan } from "./dates";
import type { Entry } from "./entry";

/** Hours after needling during which soreness is asked for. */
export const sorenessHours = 96;

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
export type CheckInEntryOfDay = CheckInEntry & { day: Day };

function draftOf(saved: CheckInEntry): CheckInDraft {
  const { painNow, painWorst24h, soreness, regions, interference, sleep, note, anythingNew, safetyYes } = saved;
  const answers = { soreness, interference, sleep, note };
  return { painNow, painWorst24h, regions: regions ?? [], anythingNew, safetyYes: safetyYes ?? [], ...given(answers) };
}

/** Hours since the end of the latest needling session at an instant; undefined before it, and when there was none. */
export function hoursSinceNeedling({ needledAt }: Pick<Plan, "needledAt">, at: Date): number | undefined {
  const hours = needledAt === null ? -1 : (at.getTime() - Date.parse(needledAt)) / 3_600_000;
  return hours < 0 ? undefined : hours;
}

export function asksSoreness(hours: number | undefined): boolean {
  return hours !== undefined && hours < sorenessHours;
}

/** The required questions that have no answer yet, in screen order. */
export function missing(draft: CheckInDraft, sorenessAsked: boolean): ("painNow" | "soreness")[] {
  return [
    ...(draft.painNow === undefined ? (["painNow"] as const) : []),
    ...(sorenessAsked && draft.soreness === undefined ? (["soreness"] as const) : []),
  ];
}

/** Left alone, the worst of 24 hours is the pain now; what was answered stays as it was answered. */
export function worstOf(draft: CheckInDraft): number | undefined {
  return draft.painWorst24h ?? draft.painNow;
}

export type Circumstances = {
  now: Date;
  zone: string;
  id: string;
  instrumentVersion: string;
  sorenessAsked: boolean;
  /** The check-in of that day that was made before, if any. */
  replaces: CheckInEntry | undefined;
};

/** The complete draft as it is sent. Throws when a required answer is missing. */
export function entryOf(draft: CheckInDraft, around: Circumstances): CheckInEntry {
  const painWorst24h = worstOf(draft);
  if (draft.painNow === undefined || painWorst24h === undefined || missing(draft, around.sorenessAsked).length) {
    throw new Error("A required answer is missing.");
  }
  const { painNow, regions, interference, sleep, safetyYes } = draft;
  const soreness = around.sorenessAsked ? draft.soreness : undefined;
  const note = draft.note?.trim() || undefined;
  return {
    clientEventId: around.id,
    answeredAt: laterThan(around.now, around.replaces?.answeredAt).toISOString(),
    timeZone: around.zone,
    painNow,
    painWorst24h,
    regions,
    anythingNew: draft.anythingNew === true || safetyYes.length > 0,
    safetyYes,
    instrumentVersion: around.instrumentVersion,
    ...given({ soreness, interference, sleep, note }),
  };
}

/** A check-in in the outbox. */
export function outboxEntry(day: Day, body: CheckInEntry): Entry {
  return {
    kind: "checkin",
    key: `checkin/${day}`,
    method: "PUT",
    path: `/api/me/checkins/${day}`,
    body,
  } satisfies Entry & Prepared<"PUT /api/me/checkins/{day}">;
}

/** An answer to the safety screen, outside of a check-in, in the outbox. */
export function safetyOutboxEntry(id: string, now: Date, timeZone: string, safetyYes: string[]): Entry {
  const body: SafetyAnswerEntry = { id, answeredAt: now.toISOString(), timeZone, safetyYes };
  return { kind: "safety", key: `safety/${id}`, method: "POST", path: "/api/me/safety-answers", body } satisfies Entry &
    Prepared<"POST /api/me/safety-answers">;
}

/** The warning signs of a check-in as a separate entry, which the server accepts even if it refuses the check-in. */
export function warningOf({ kind, body }: Entry): Entry | undefined {
  if (kind !== "checkin") return undefined;
  const { clientEventId, answeredAt, timeZone, safetyYes } = body as CheckInEntry;
  return safetyYes?.length
    ? safetyOutboxEntry(clientEventId, new Date(answeredAt), timeZone ?? deviceZone(), safetyYes)
    : undefined;
}

/** The most urgent level among the signs that were answered with yes. */
export function worstLevel(yes: readonly string[]): Level | undefined {
  const found = new Set(yes.map((id) => levels[id]));
  return (["emergency", "urgent", "soon"] as const).find((level) => found.has(level));
}

/** Whether an entry that waits tells of a sign that pauses the exercises; the server does the same when it arrives. */
export function pausesExercises({ kind, body }: Entry): boolean {
  if (kind === "log") return false;
  const level = worstLevel((body as { safetyYes: string[] }).safetyYes);
  return level === "emergency" || level === "urgent";
}

/** The check-ins of this device's copy with what is not sent yet laid over them, one per day. */
export function knownCheckIns(confirmed: readonly CheckIn[], waiting: readonly Entry[]): CheckInEntryOfDay[] {
  const byDay = new Map<Day, CheckInEntryOfDay>(confirmed.map((entry) => [entry.day, entry]));
  for (const { kind, key, body } of waiting) {
    if (kind === "checkin") byDay.set(key.slice("checkin/".length), dayed(key, body as CheckInEntry));
  }
  return [...byDay.values()].sort((a, b) => (a.day < b.day ? -1 : 1));
}

function dayed(key: string, entry: CheckInEntry): CheckInEntryOfDay {
  return { ...entry, day: key.slice("checkin/".length) };
}

function given<T extends object>(answers: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(answers).filter(([, answer]) => answer != null)) as {
    [K in keyof T]?: NonNullable<T[K]>;
  };
}
