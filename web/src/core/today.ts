/**
 * The list that is on now, from the plan that the server computed for two weeks ahead: the present segment, and the
 * patient's progress, counted with the logs that this phone has not sent yet. The counting mirrors the server's
 * programs/timeline/segments.progress_of and programs/timeline/dosage.state_of.
 */

import type { Dosage, ExerciseLog, ExerciseLogEntry, LibraryItem, Plan, Segment, TinyDose, TodayItem } from "./api";
import { deviceZone } from "./dates";
import type { Entry } from "./entry";

export type ItemToday = TodayItem & {
  content: LibraryItem;
  /** Never more than is due: a part and the whole that followed it are two logs of one time. */
  timesDone: number;
  /** 0 when done, resting or stopped; a skip is not asked for again, until it is done after all. */
  timesLeft: number;
  /** Number of times it may still be begun: a part or a skip does not use one up. */
  timesOpen: number;
  stopped: boolean;
  skipped: boolean;
  /** The name of the helper who noted the latest of it. */
  helper: string | undefined;
  /** Begun with less than the tiny dose: it does not count, and can be begun again. */
  started: boolean;
};

/** A log as this phone knows it: the server's, or its own that waits. */
export type KnownLog = ExerciseLogEntry & {
  id: string;
  slug: string;
  counts: boolean;
  stopped: boolean;
  /** The helper who entered it; null: the patient did; undefined: it waits on this phone. */
  enteredBy?: ExerciseLog["enteredBy"];
};

/** The segment that holds at an instant; undefined when the plan on this phone does not reach that far. */
export function segmentAt(plan: Plan, at: Date): Segment | undefined {
  return plan.segments.find(({ from, until }) => Date.parse(from) <= at.getTime() && at.getTime() < Date.parse(until));
}

/** The items of a segment in order, with what was done of each on the segment's day. */
export function itemsOf(
  plan: Pick<Plan, "items">,
  segment: Pick<Segment, "day" | "items">,
  logs: readonly KnownLog[],
): ItemToday[] {
  const today = logs.filter(({ day }) => day === segment.day);
  return [...segment.items]
    .sort((a, b) => a.position - b.position)
    .flatMap((item) => {
      const content = plan.items[item.slug];
      return content ? [{ ...item, content, ...progressOf(item, today) }] : [];
    });
}

function progressOf(item: TodayItem, logsOfDay: readonly KnownLog[]) {
  const answers = logsOfDay
    .filter(({ slug }) => slug === item.slug)
    .sort((a, b) => Date.parse(a.occurredAt) - Date.parse(b.occurredAt));
  const stopped = answers.some((log) => log.stopped);
  let done = 0;
  let skipped = 0;
  for (const { counts, outcome } of answers) {
    if (counts) {
      done++;
      skipped = Math.max(0, skipped - 1);
    } else if (outcome === "skipped") skipped++;
  }
  const whole = answers.filter(({ outcome, counts }) => counts && outcome !== "partly").length;
  // What is not due may be done all the same, once.
  const possible = item.optional ? 1 : item.timesDue;
  return {
    timesDone: Math.min(possible, done),
    timesLeft: stopped ? 0 : Math.max(0, item.timesDue - done - skipped),
    timesOpen: stopped ? 0 : Math.max(0, possible - whole),
    stopped,
    skipped: skipped > 0,
    helper: answers.at(-1)?.enteredBy?.name,
    started: answers.some(({ counts, outcome }) => !counts && outcome !== "skipped"),
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

/**
 * Whether a log counts as done: not when its numbers, over all sets and both sides, show less than the tiny dose. What
 * was stopped because it hurt counts by its numbers only.
 */
export function counts(log: ExerciseLogEntry, dosage: Dosage | null, tiny: TinyDose | null): boolean {
  if (log.outcome === "skipped" && !log.stopped) return false;
  if (!dosage || !tiny || (dosage.reps === null) !== (tiny.reps === null)) return !log.stopped;
  const done = amountDone(log, dosage);
  if (done === undefined) return !log.stopped;
  return done >= tiny.sets * (tiny.reps ?? tiny.durationS ?? 0) * sidesOf(dosage);
}

function sidesOf(dosage: Dosage): number {
  return dosage.perSide ? 2 : 1;
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
  return log.setsDone == null ? undefined : log.setsDone * (dosage.reps ?? dosage.durationS ?? 0) * sidesOf(dosage);
}

function prescribed(plan: Plan, prescriptionId: string): TodayItem | undefined {
  for (const segment of plan.segments) {
    const item = segment.items.find((candidate) => candidate.prescriptionId === prescriptionId);
    if (item) return item;
  }
  return undefined;
}
