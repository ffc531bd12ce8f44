/** Answers after needling and about activities that have arrived, in this phone's copy of what the server knows. */

import { scoresOf } from "./activityScores";
import type { MyOutcomes } from "./api";
import type { Tx } from "./db";
import type { Entry } from "./entry";
import { promptKey, promptSoreness } from "./outcomes";

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
    scores: [...known.scores, ...scoresOf(known.activities[0]?.id, row)],
    asks: known.asks.filter((ask) => ask.instrument !== instrument || day < ask.first || day > ask.last),
  };
}
