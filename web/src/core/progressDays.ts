/** The days of the patient's own progress: what the server worked out, with this phone's newer answers in them. */

import type { ExerciseLog, Plan, Progress } from "./api";
import type { CheckInEntryOfDay } from "./checkin";
import { addDays, type Day, localDay } from "./dates";
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
