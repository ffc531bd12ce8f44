/** A patient's course day by day on one time axis: what was felt, what was done, what the therapist did. */

import { addDays, daysBetween, localDay } from "../../core/dates";
import type { CheckIn, Day, Instant, ExerciseLog, NeedlingSession, OutcomeAnswer, RevisionSummary } from "../wire";

export type CourseDay = {
  readonly day: Day;
  readonly checkIn: CheckIn | null;
  readonly logs: readonly ExerciseLog[];
  /** Exercises that count as done, and that were logged at all. */
  readonly done: number;
  readonly logged: number;
  /** Some exercise was broken off because it hurt too much. */
  readonly stopped: boolean;
  readonly sessions: readonly NeedlingSession[];
  readonly revisions: readonly RevisionSummary[];
  /** Answers to outcome instruments. */
  readonly outcomes: readonly OutcomeAnswer[];
  /** Alerts that were raised or came again, and contacts. */
  readonly alerts: number;
  readonly contacts: number;
};

export type Sources = {
  readonly checkIns: readonly CheckIn[];
  readonly logs: readonly ExerciseLog[];
  readonly sessions: readonly NeedlingSession[];
  readonly revisions: readonly RevisionSummary[];
  readonly outcomes?: readonly OutcomeAnswer[];
  readonly alertTimes?: readonly Instant[];
  readonly contactTimes?: readonly Instant[];
};

/** Every day from first to last, the oldest first; instants fall on the days of the patient's zone. */
export function courseOf(sources: Sources, first: Day, last: Day, zone: string): CourseDay[] {
  const checkIns = new Map(sources.checkIns.map((checkIn) => [checkIn.day, checkIn]));
  const logs = grouped(sources.logs, ({ day }) => day);
  const sessions = grouped(sources.sessions, ({ endedAt }) => localDay(new Date(endedAt), zone));
  const revisions = grouped(sources.revisions, ({ effectiveFrom }) => localDay(new Date(effectiveFrom), zone));
  const outcomes = grouped(sources.outcomes ?? [], ({ day }) => day);
  const count = (times: readonly Instant[] = []) => grouped(times, (at) => localDay(new Date(at), zone));
  const [alerts, contacts] = [count(sources.alertTimes), count(sources.contactTimes)];
  return Array.from({ length: Math.max(0, daysBetween(first, last) + 1) }, (_, at) => {
    const day = addDays(first, at);
    const ofDay = logs.get(day) ?? [];
    const exercises = ofDay.filter(({ kind }) => kind === "exercise");
    return {
      day,
      checkIn: checkIns.get(day) ?? null,
      logs: ofDay,
      done: exercises.filter(({ counts }) => counts).length,
      logged: exercises.length,
      stopped: exercises.some(({ stopped }) => stopped),
      sessions: sessions.get(day) ?? [],
      revisions: revisions.get(day) ?? [],
      outcomes: outcomes.get(day) ?? [],
      alerts: alerts.get(day)?.length ?? 0,
      contacts: contacts.get(day)?.length ?? 0,
    };
  });
}

function grouped<T>(things: readonly T[], dayOf: (thing: T) => Day): Map<Day, T[]> {
  const groups = new Map<Day, T[]>();
  for (const thing of things) {
    const day = dayOf(thing);
    const group = groups.get(day);
    if (group) group.push(thing);
    else groups.set(day, [thing]);
  }
  return groups;
}

/** The first day that the axis shows: the given number of days back, or the first event. */
export function firstDay(sources: Sources, today: Day, daysBack: number | null, zone: string): Day {
  if (daysBack !== null) return addDays(today, 1 - daysBack);
  const days = [
    ...sources.checkIns.map(({ day }) => day),
    ...sources.logs.map(({ day }) => day),
    ...(sources.outcomes ?? []).map(({ day }) => day),
    ...sources.sessions.map(({ endedAt }) => localDay(new Date(endedAt), zone)),
  ];
  return days.reduce((earliest, day) => (day < earliest ? day : earliest), addDays(today, -13));
}

/** Days on which anything happened, newest first, for the table. */
export function eventful(course: readonly CourseDay[]): CourseDay[] {
  return course
    .filter(
      ({ checkIn, logged, sessions, revisions, outcomes }) =>
        checkIn || logged || sessions.length || revisions.length || outcomes.length,
    )
    .reverse();
}
