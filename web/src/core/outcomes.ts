/** Questions after needling and about activities, as this phone knows them, also offline. */

import type { AfterNeedlingEntry, MyOutcomes, OutcomeAsk, OutcomeEntry, OutcomePrompt } from "./api";
import type { Day } from "./dates";
import type { Tx } from "./db";
import type { Entry } from "./entry";

export const promptKey = (session: string, hour: number): string => `after-needling/${session}/${hour}`;
export const outcomeKey = (instrument: string, day: Day): string => `outcome/${instrument}/${day}`;

/** The unanswered prompt that is open now; of several the one that closes first. */
export function openPrompt(
  known: MyOutcomes | undefined,
  waiting: readonly Entry[],
  now: Date,
): OutcomePrompt | undefined {
  const at = now.getTime();
  return known?.prompts.find(
    ({ sessionId, hour, opensAt, closesAt }) =>
      Date.parse(opensAt) <= at &&
      at < Date.parse(closesAt) &&
      !waiting.some(({ key }) => key === promptKey(sessionId, hour)),
  );
}

/** The rounds of instruments that are open today and not answered on this phone. */
export function openAsks(known: MyOutcomes | undefined, waiting: readonly Entry[], today: Day): OutcomeAsk[] {
  return (known?.asks ?? []).filter(
    ({ instrument, first, last }) =>
      first <= today &&
      today <= last &&
      !waiting.some((entry) => entry.kind === "outcome" && entry.body.instrument === instrument),
  );
}

/** Soreness given to prompts: what the server knows, and what waits. */
export function promptSoreness(
  known: MyOutcomes | undefined,
  waiting: readonly Entry[],
): { at: string; score: number }[] {
  const own = waiting.flatMap((entry) =>
    entry.kind === "after-needling" && entry.body.soreness != null
      ? [{ at: entry.body.answeredAt, score: entry.body.soreness }]
      : [],
  );
  return [...(known?.soreness ?? []), ...own];
}

/** Scores of the first activity by day: what the server knows, and what waits. */
export function activityScores(
  known: MyOutcomes | undefined,
  waiting: readonly Entry[],
): { activity: string; scores: { day: Day; value: number }[] } | undefined {
  const first = known?.activities[0];
  if (!first?.words) return undefined;
  const own = waiting.flatMap((entry) =>
    entry.kind === "outcome"
      ? entry.body.scores.flatMap(({ activity, value }) =>
          activity === first.id ? [{ day: entry.body.day, value }] : [],
        )
      : [],
  );
  const byDay = new Map([...known!.scores, ...own].map((score) => [score.day, score]));
  return { activity: first.words, scores: [...byDay.values()].sort((a, b) => (a.day < b.day ? -1 : 1)) };
}

export function promptOutboxEntry(body: AfterNeedlingEntry): Entry {
  const key = promptKey(body.session, body.promptHour);
  return { kind: "after-needling", key, method: "POST", path: "/api/me/after-needling", body };
}

export function outcomeOutboxEntry(body: OutcomeEntry): Entry {
  const key = outcomeKey(body.instrument, body.day);
  return { kind: "outcome", key, method: "POST", path: "/api/me/outcome-answers", body };
}

/** The server has an answer: it is not asked again, before the next refresh tells so. */
export async function noteAnswered(tx: Tx, row: Entry): Promise<void> {
  const single = tx.objectStore("single");
  const known = await single.get("outcomes");
  if (known) await single.put(answered(known, row), "outcomes");
}

function answered(known: MyOutcomes, row: Entry): MyOutcomes {
  if (row.kind === "after-needling")
    return {
      ...known,
      prompts: known.prompts.filter(({ sessionId, hour }) => promptKey(sessionId, hour) !== row.key),
      soreness: promptSoreness(known, [row]),
    };
  if (row.kind !== "outcome") return known;
  const { instrument, day, scores } = row.body;
  const named = scores.flatMap(({ activity, words }) =>
    activity && words && !known.activities.some(({ id }) => id === activity) ? [{ id: activity, words }] : [],
  );
  const add = named.map((one, at) => ({ ...one, episodeId: "", position: known.activities.length + at + 1 }));
  return {
    ...known,
    activities: [...known.activities, ...add],
    scores: activityScores({ ...known, activities: [...known.activities, ...add] }, [row])?.scores ?? known.scores,
    asks: known.asks.filter((ask) => ask.instrument !== instrument || day < ask.first || day > ask.last),
  };
}
