/** The patient's own progress: what the server worked out, with this phone's newer answers in their days. */

import type { ExerciseLog, Plan, Progress } from "./api";
import { call } from "./call";
import type { CheckInEntryOfDay } from "./checkin";
import { askAndKeep, knownMe } from "./copies";
import { addDays, type Day, localDay } from "./dates";
import type { Store } from "./db";
import type { Row } from "./entry";
import { itemsOf, type KnownLog, logKey, segmentAt } from "./today";
import { isWarning, levelOf, pauses } from "./warning";

type FetchedDay = Progress["days"][number];
/** A day on the chart; "unknown": the plan on this phone does not reach that far. */
export type ProgressDay = Omit<FetchedDay, "exercise"> & { exercise: FetchedDay["exercise"] | "unknown" };

/** Facts on this phone that the fetched progress does not have yet. */
export type Known = {
  today: Day;
  plan: Plan | undefined;
  checkIns: readonly CheckInEntryOfDay[];
  /** Exercises that count. */
  logs: readonly KnownLog[];
  /** The days with an exercise that was changed or taken back since the server was told of it. */
  amended: ReadonlySet<Day>;
  /** The day since which exercises are paused. */
  pausedSince: Day | undefined;
};

export async function knownProgress(store: Store): Promise<Progress | undefined> {
  return await store.get("single", "progress");
}

export async function refreshProgress(store: Store): Promise<Progress> {
  const fetched = () => call("GET /api/me/progress");
  return await askAndKeep(store, fetched, (tx, progress) => tx.objectStore("single").put(progress, "progress"));
}

/** Asks for the progress unless what this phone has reaches `today`, and nothing was `sent` since. */
export async function keepProgress(store: Store, today: Day, sent = false): Promise<void> {
  const helping = (await knownMe(store))?.helping;
  if (helping && !helping.history) return;
  const kept = await knownProgress(store);
  if (sent || kept?.days.at(-1)?.day !== today) await refreshProgress(store);
}

/**
 * As many days as were fetched, up to today, with what this phone knows laid over them. A day that is newer than the
 * fetch is a gap until something was answered on it; what it asks for is read from the plan.
 */
export function daysWith({ days }: Pick<Progress, "days">, known: Known): ProgressDay[] {
  const fetched = new Map(days.map((day) => [day.day, day]));
  const answers = new Map(known.checkIns.map((entry) => [entry.day, entry]));
  const end = [known.today, ...fetched.keys()].sort().at(-1)!;
  return days.map((_, at) => {
    const day = addDays(end, at + 1 - days.length);
    const before = fetched.get(day) ?? { painNow: null, soreness: null, ...asked(day, known.plan) };
    const { painNow, soreness = null } = answers.get(day) ?? before;
    return { day, painNow, soreness, ...exercisesOf(day, before, known) };
  });
}

type Exercises = Pick<ProgressDay, "exercise" | "due" | "done">;

/** The list that is on in the middle of the waking hours, as the server judges a day that has passed. */
const listOf = (day: Day, plan: Plan | undefined) => plan && segmentAt(plan, new Date(`${day}T14:00`));

function asked(day: Day, plan: Plan | undefined): Exercises {
  const list = listOf(day, plan)?.items;
  if (!list) return { exercise: "unknown", due: 0, done: 0 };
  const exercises = list.filter(({ kind }) => kind === "exercise");
  const due = exercises.reduce((sum, { timesDue }) => sum + timesDue, 0);
  return { exercise: due ? "open" : "rest", due, done: 0 };
}

function exercisesOf(day: Day, fetched: Exercises, { logs, plan, amended, pausedSince }: Known): Exercises {
  const here = doneHere(
    day,
    logs.filter((log) => log.day === day),
    plan,
  );
  const done = amended.has(day) ? here : Math.max(here, fetched.done);
  if (done) return { exercise: "done", due: Math.max(done, fetched.due), done };
  const exercise = fetched.exercise === "done" ? "open" : fetched.exercise;
  const paused = exercise === "open" && pausedSince !== undefined && pausedSince <= day;
  return paused ? { exercise: "rest", due: 0, done } : { exercise, due: fetched.due, done };
}

/** Number of times that exercises were done by the logs of a day; of a day whose list is not known, of exercises. */
function doneHere(day: Day, logs: readonly KnownLog[], plan: Plan | undefined): number {
  const segment = logs.length ? listOf(day, plan) : undefined;
  const items = segment && plan ? itemsOf(plan, { ...segment, day }, logs) : [];
  const done = items.reduce((sum, { timesDone, timesDue }) => sum + Math.min(timesDone, timesDue), 0);
  return done || new Set(logs.map(({ slug }) => slug)).size;
}

/** Points from which a difference of two pain scores counts (alert-rules.yaml, pain_in_words). */
export const painCounts = 2;

export type PainChange = "lower" | "same" | "higher";

export function painChange(now: number, before: number): PainChange {
  if (Math.abs(now - before) < painCounts) return "same";
  return now < before ? "lower" : "higher";
}

/** The answer of about a week before a day: of seven days before, else of the day next to that. */
export function aWeekBefore(day: Day, checkIns: readonly CheckInEntryOfDay[]): CheckInEntryOfDay | undefined {
  const days = [7, 8, 6, 9, 5].map((back) => addDays(day, -back));
  return checkIns
    .filter((entry) => days.includes(entry.day))
    .sort((one, other) => days.indexOf(one.day) - days.indexOf(other.day))[0];
}

/** A day as the chart draws it. */
export type ChartDay = Pick<ProgressDay, "day" | "painNow"> & Partial<Pick<ProgressDay, "soreness">>;

/** The last seven days up to a day, as this phone's check-ins have them. */
export function weekUpTo(day: Day, checkIns: readonly CheckInEntryOfDay[]): ChartDay[] {
  return [6, 5, 4, 3, 2, 1, 0].map((back) => {
    const each = addDays(day, -back);
    return { day: each, painNow: checkIns.find((entry) => entry.day === each)?.painNow ?? null };
  });
}

/** The days of logs that the server knows in another form than this phone. */
export function amendedDays(confirmed: readonly ExerciseLog[], rows: readonly Row[]): Set<Day> {
  const waiting = new Set(rows.map(({ key }) => key));
  return new Set(confirmed.filter(({ id }) => waiting.has(logKey(id))).map(({ day }) => day));
}

/** The start of the exercise pause: from the server, or from a warning sign that waits to be sent. */
export function pausedSince(pause: { since: string } | undefined, rows: readonly Row[]): Day | undefined {
  const signs = rows.filter((row) => isWarning(row) && pauses(levelOf(row))).map(({ savedAt }) => savedAt);
  const since = Math.min(...(pause ? [Date.parse(pause.since)] : []), ...signs);
  return Number.isFinite(since) ? localDay(new Date(since)) : undefined;
}
