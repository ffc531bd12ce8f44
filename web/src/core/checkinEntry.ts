/** The check-in that is saved: what is asked, what is still missing, and the entry that goes to the server. */

import type { CheckInEntry } from "./api";
import { type CheckInDraft, checkInKey, given } from "./checkin";
import { type Day, laterThan } from "./dates";
import type { Entry } from "./entry";
import { other, signsOf } from "./warning";

/** Soreness is asked for until one answer of at most `settled` is given after `settlesAfter` hours, or `asked` are over. */
export const sorenessRule = { asked: 168, settlesAfter: 72, settled: 3 };

/** A soreness score, and the hours since the end of the latest session at which it was given. */
export type SorenessAnswer = { score: number; hours: number };

/** Whether soreness is asked for at this number of hours, given the answers before. */
export function asksSoreness(hours: number | undefined, earlier: readonly SorenessAnswer[]): boolean {
  if (hours === undefined || hours >= sorenessRule.asked) return false;
  return !earlier.some(
    (one) => one.score <= sorenessRule.settled && one.hours > sorenessRule.settlesAfter && one.hours <= hours,
  );
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
  const { painNow, regions, interference, sleep } = draft;
  const safetyYes = signsOf(draft);
  const soreness = around.sorenessAsked ? draft.soreness : undefined;
  const note = draft.note?.trim() || undefined;
  const otherText = (safetyYes.includes(other) && draft.otherText?.trim()) || undefined;
  return {
    clientEventId: around.id,
    answeredAt: laterThan(around.now, around.replaces?.answeredAt).toISOString(),
    timeZone: around.zone,
    painNow,
    painWorst24h,
    regions,
    anythingNew: safetyYes.length > 0,
    safetyYes,
    instrumentVersion: around.instrumentVersion,
    ...given({ soreness, interference, sleep, note, otherText }),
  };
}

/** A check-in in the outbox. */
export function outboxEntry(day: Day, body: CheckInEntry): Entry {
  return { kind: "checkin", key: checkInKey(day), method: "PUT", path: `/api/me/checkins/${day}`, body };
}
