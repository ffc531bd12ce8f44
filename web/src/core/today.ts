/**
 * The list that is on now, from the plan that the server computed for two weeks ahead: the present segment, and the
 * patient's progress, counted with the logs that this phone has not sent yet. The counting mirrors the server's
 * programs/timeline/segments.progress_of and programs/timeline/dosage.counts.
 */

import type { Dosage, ExerciseLog, ExerciseLogEntry, LibraryItem, Plan, Segment, TinyDose, TodayItem } from "./api";
import { deviceZone } from "./dates";
import type { Entry } from "./entry";

export type ItemToday = TodayItem & {
  content: LibraryItem;
  /** Never more than is due: a part and the whole that followed it are two logs of one time. */
  timesDone: number;
  /** 0 when done, resting or stopped; a skip is not asked for again. */
  timesLeft: number;
  /** Number of times it may still be begun: a part or a skip does not use one up. */
  timesOpen: number;
  stopped: boolean;
  skipped: boolean;
};

/** A log as this phone knows it: the server's, or its own that waits. */
export type KnownLog = ExerciseLogEntry & { id: string; slug: string; counts: boolean; stopped: boolean };

/** The segment that holds at an instant; undefined when the plan on this phone does not reach that far. */
export function segmentAt(plan: Plan, at: Date): Segment | undefined {
  return plan.segments.find(({ from, until }) => Date.parse(from) <= at.getTime() && at.getTime() < Date.parse(until));
}

/** The items of a segment in order, with what was done of each on the segment's day. */
export function itemsOf(plan: Plan, segment: Segment, logs: readonly KnownLog[]): ItemToday[] {
  const today = logs.filter(({ day }) => day === segment.day);
  return [...segment.items]
    .sort((a, b) => a.position - b.position)
    .flatMap((item) => {
      const content = plan.items[item.slug];
      return content ? [{ ...item, content, ...progressOf(item, today) }] : [];
    });
}

function progressOf(item: TodayItem, logsOfDay: readonly KnownLog[]) {
  const mine = logsOfDay.filter(({ slug }) => slug === item.slug);
  const stopped = mine.some((log) => log.stopped);
  return {
    timesDone: Math.min(item.timesDue, mine.filter(({ counts }) => counts).length),
    timesLeft: stopped ? 0 : Math.max(0, item.timesDue - mine.length),
    timesOpen: stopped
      ? 0
      : Math.max(0, item.timesDue - mine.filter(({ outcome }) => outcome === "completed" || outcome === "tiny").length),
    stopped,
    skipped: mine.some(({ outcome }) => outcome === "skipped"),
  };
}

/** All logs of this phone: the server's with what waits laid over them. */
export function knownLogs(plan: Plan, confirmed: readonly ExerciseLog[], waiting: readonly Entry[]): KnownLog[] {
  const byId = new Map<string, KnownLog>();
  for (const log of [...plan.logs, ...confirmed]) byId.set(log.id, log);
  for (const { kind, key, body } of waiting) {
    if (kind !== "log") continue;
    const id = key.slice("log/".length);
    if (!body) {
      byId.delete(id);
      continue;
    }
    const item = prescribed(plan, body.prescriptionId);
    if (item) {
      byId.set(id, {
        ...body,
        id,
        slug: item.slug,
        counts: counts(body, item.dosage, item.tiny),
        stopped: body.stopped === true,
      });
    }
  }
  return [...byId.values()];
}

/** Whether a log counts as done; a part does unless its own numbers show less than the tiny dose. */
export function counts(log: ExerciseLogEntry, dosage: Dosage | null, tiny: TinyDose | null): boolean {
  if (log.outcome !== "partly") return log.outcome !== "skipped";
  if (!dosage || !tiny || (dosage.reps === null) !== (tiny.reps === null)) return true;
  const done = amountDone(log, dosage);
  return done === undefined || done >= tiny.sets * (tiny.reps ?? tiny.durationS ?? 0);
}

/** The entry of a known log, without the server's fields: to send it again with a change. */
export function entryOfLog(log: KnownLog): ExerciseLogEntry {
  const { prescriptionId, day, occurredAt, outcome, stopped } = log;
  const timeZone = log.timeZone ?? deviceZone();
  const { skipReason, setsDone, repsDone, secondsDone, painDuring, effort } = log;
  const unsure = { skipReason, setsDone, repsDone, secondsDone, painDuring, effort };
  const known = Object.fromEntries(Object.entries(unsure).filter(([, value]) => value != null));
  return { prescriptionId, day, occurredAt, timeZone, outcome, stopped, ...known };
}

export const logKey = (id: string): string => `log/${id}`;

/** A log in the outbox. */
export function logOutboxEntry(id: string, body: ExerciseLogEntry): Entry {
  return { ...placeOf(id), method: "PUT", body };
}

/** Takes a log back, whether the server has it already or not. */
export function undoOutboxEntry(id: string): Entry {
  return { ...placeOf(id), method: "DELETE", body: undefined };
}

function placeOf(id: string) {
  return { kind: "log", key: logKey(id), path: `/api/me/exercise-logs/${id}` } as const;
}

function amountDone(log: ExerciseLogEntry, dosage: Dosage): number | undefined {
  const logged = dosage.reps === null ? log.secondsDone : log.repsDone;
  if (logged != null) return logged;
  return log.setsDone == null ? undefined : log.setsDone * (dosage.reps ?? dosage.durationS ?? 0);
}

function prescribed(plan: Plan, prescriptionId: string): TodayItem | undefined {
  for (const segment of plan.segments) {
    const item = segment.items.find((candidate) => candidate.prescriptionId === prescriptionId);
    if (item) return item;
  }
  return undefined;
}
