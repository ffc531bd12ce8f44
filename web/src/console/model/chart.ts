/** Geometry of the course chart: one column a day, scores 0-10 upward, dots and markers below and across. */

import type { CourseDay } from "./course";
import { type Point, type Spark, spark } from "./spark";

export type CourseChart = {
  readonly width: number;
  readonly height: number;
  readonly pain: Spark;
  readonly soreness: Spark;
  /** Places of needling sessions, revisions and days with exercise, as x. */
  readonly sessions: readonly number[];
  readonly revisions: readonly number[];
  /** Program revisions by their number, alerts (raised or again), and contacts. */
  readonly program: readonly { readonly x: number; readonly number: number }[];
  readonly alerts: readonly number[];
  readonly contacts: readonly number[];
  /** The mean of the patient's own activities (PSFS) on the days on which they rated them. */
  readonly activities: readonly { readonly x: number; readonly mean: number }[];
  /** The first 72 hours after each session with needles, as x and width. */
  readonly sore: readonly { readonly x: number; readonly width: number }[];
  readonly exercise: readonly { readonly x: number; readonly done: boolean }[];
  readonly grid: readonly { readonly y: number; readonly score: number }[];
  /** Days that get a name under the axis. */
  readonly ticks: readonly { readonly x: number; readonly day: string }[];
};

const margin = { left: 68, right: 8, top: 10 };
const scores = 150;
const below = 142;

/** The heights of the rows below the scores. */
export const rows = {
  exercise: margin.top + scores + 18,
  activities: margin.top + scores + 40,
  program: margin.top + scores + 66,
  alerts: margin.top + scores + 90,
  contact: margin.top + scores + 112,
  ticks: margin.top + scores + 136,
};

export function courseChart(course: readonly CourseDay[], width: number): CourseChart {
  const inner = width - margin.left - margin.right;
  const step = course.length > 1 ? inner / (course.length - 1) : 0;
  const x = (at: number) => margin.left + Math.round(at * step * 10) / 10;
  const where = (holds: (day: CourseDay) => boolean) => course.flatMap((day, at) => (holds(day) ? [x(at)] : []));
  const line = (of: (day: CourseDay) => number | null | undefined) =>
    shifted(
      spark(
        course.map((day) => of(day) ?? null),
        inner,
        scores,
        0,
      ),
    );
  const every = Math.ceil(course.length / Math.max(1, Math.floor(inner / 64)));
  return {
    width,
    height: margin.top + scores + below,
    pain: line(({ checkIn }) => checkIn?.painNow),
    soreness: line(({ checkIn }) => checkIn?.soreness),
    sessions: where(({ sessions }) => sessions.some(({ muscles }) => muscles.length > 0)),
    revisions: where(({ revisions }) => revisions.length > 0),
    program: course.flatMap(({ revisions }, at) => {
      const last = revisions.at(-1);
      return last ? [{ x: x(at), number: last.number }] : [];
    }),
    activities: course.flatMap(({ outcomes }, at) =>
      outcomes.filter(({ instrument }) => instrument === "psfs").map(({ mean }) => ({ x: x(at), mean })),
    ),
    alerts: where(({ alerts }) => alerts > 0),
    contacts: where(({ contacts }) => contacts > 0),
    sore: where(({ sessions }) => sessions.some(({ muscles }) => muscles.length > 0)).map((from) => ({
      x: from,
      width: Math.min(step * 3, width - margin.right - from),
    })),
    exercise: course.flatMap((day, at) => (day.logged ? [{ x: x(at), done: day.done > 0 }] : [])),
    grid: [0, 5, 10].map((score) => ({ score, y: margin.top + scores * (1 - score / 10) })),
    ticks: course.flatMap(({ day }, at) => ((course.length - 1 - at) % every === 0 ? [{ x: x(at), day }] : [])),
  };
}

/** A line drawn from the corner, moved into the plot. */
function shifted(line: Spark): Spark {
  const move = ({ x, y }: Point): Point => ({
    x: Math.round((x + margin.left) * 10) / 10,
    y: Math.round((y + margin.top) * 10) / 10,
  });
  const path = line.path.replace(/([\d.]+) ([\d.]+)/g, (_, x: string, y: string) => {
    const at = move({ x: Number(x), y: Number(y) });
    return `${at.x} ${at.y}`;
  });
  return { path, dots: line.dots.map(move), last: line.last && move(line.last) };
}
