/** The patient's first activity with its scores by day, as this phone knows them, also offline. */

import type { MyOutcomes } from "./api";
import type { Entry } from "./entry";

/** The scores on the server and those that wait; undefined without an activity. */
export function activityScores(
  known: MyOutcomes | undefined,
  waiting: readonly Entry[],
): { activity: string; scores: MyOutcomes["scores"] } | undefined {
  const first = known?.activities[0];
  if (!first?.words) return undefined;
  const all = [...known!.scores, ...waiting.flatMap((row) => scoresOf(first.id, row))];
  const byDay = new Map(all.map((score) => [score.day, score]));
  return { activity: first.words, scores: [...byDay.values()].sort((a, b) => (a.day < b.day ? -1 : 1)) };
}

/** The scores of an activity in an answer. */
export function scoresOf(id: string | undefined, row: Entry): MyOutcomes["scores"] {
  if (row.kind !== "outcome") return [];
  const { day, scores } = row.body;
  return scores.flatMap(({ activity, value }) => (activity === id ? [{ day, value }] : []));
}
