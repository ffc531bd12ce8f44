/** The patient's own progress: what the server worked out, with this phone's newer answers in their days. */

import type { ExerciseLog, Plan, Progress } from "./api";
import { call } from "./call";
import type { CheckInEntryOfDay } from "./checkin";
import { askAndKeep, knownMe } from "./copies";
import { addDays, type Day, localDay } from "./dates";
import type { Store } from "./db";
import type { Row } from "./entry";
import { logKey, segmentAt } from "./today";
import { isWarning, levelOf, pauses } from "./warning";

type FetchedDay = Progress["days"][number];
/** A day on the chart; "unknown": the plan on this phone does not reach that far. */
export type ProgressDay = Omit<FetchedDay, "exercise"> & { exercise: FetchedDay["exercise"] | "unknown" };

/** Facts on this phone that the fetched progress does not have yet. */
export type Known = {
  today: Day;
  plan: Plan | undefined;
  checkIns: readonly CheckInEntryOfDay[];
  /** The days with an exercise that counts. */
  exercised: ReadonlySet<Day>;
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
    const before = fetched.get(day) ?? { painNow: null, soreness: null, exercise: asked(day, known.plan) };
    const { painNow, soreness = null } = answers.get(day) ?? before;
    return { day, painNow, soreness, exercise: mark(day, before.exercise, known) };
  });
}

/** The list that is on in the middle of the waking hours, as the server judges a day that has passed. */
function asked(day: Day, plan: Plan | undefined): ProgressDay["exercise"] {
  const list = plan && segmentAt(plan, new Date(`${day}T14:00`))?.items;
  if (!list) return "unknown";
  return list.some(({ kind, timesDue }) => kind === "exercise" && timesDue > 0) ? "open" : "rest";
}

function mark(
  day: Day,
  fetched: ProgressDay["exercise"],
  { exercised, amended, pausedSince }: Known,
): ProgressDay["exercise"] {
  if (exercised.has(day)) return "done";
  const exercise = fetched === "done" && amended.has(day) ? "open" : fetched;
  return exercise === "open" && pausedSince !== undefined && pausedSince <= day ? "rest" : exercise;
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
