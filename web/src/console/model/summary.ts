/** The numbers of the discharge summary, each with what it was counted from. */

import { addDays } from "../../core/dates";
import type { AdverseEvent, NeedlingSession, Report } from "../wire";

export type Week = { mean: number; count: number };

/** Mean pain now of the first and of the latest seven days with their check-ins; undefined unless they do not overlap. */
export function painWeeks(trend: Report["painTrend"]): { first: Week; latest: Week } | undefined {
  const begin = trend[0]?.day;
  const end = trend.at(-1)?.day;
  if (!begin || !end || addDays(begin, 7) > addDays(end, -6)) return undefined;
  const week = (from: string, until: string): Week => {
    const scores = trend.filter(({ day }) => from <= day && day <= until).map(({ painNow }) => painNow);
    return { mean: Math.round((10 * scores.reduce((a, b) => a + b, 0)) / scores.length) / 10, count: scores.length };
  };
  return { first: week(begin, addDays(begin, 6)), latest: week(addDays(end, -6), end) };
}

const rank = { mild: 1, moderate: 2, severe: 3 };

/** The different events per session, each once with its worst severity and the latest judgment. */
export function differentEvents(events: readonly AdverseEvent[]): AdverseEvent[] {
  const found = new Map<string, AdverseEvent>();
  for (const event of events) {
    const key = `${event.sessionId} ${event.event}`;
    const known = found.get(key);
    if (!known || rank[event.severity] > rank[known.severity]) found.set(key, event);
  }
  return [...found.values()];
}

/** Sessions with needles. */
export const withNeedles = (sessions: readonly NeedlingSession[]): number =>
  sessions.filter(({ muscles }) => muscles.length).length;
