/** Questions after needling and about activities, as this phone knows them, also offline. */

import type { AfterNeedlingEntry, MyOutcomes, OutcomeAsk, OutcomeEntry, OutcomePrompt } from "./api";
import type { Day } from "./dates";
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

export function promptOutboxEntry(body: AfterNeedlingEntry): Entry {
  const key = promptKey(body.session, body.promptHour);
  return { kind: "after-needling", key, method: "POST", path: "/api/me/after-needling", body };
}

export function outcomeOutboxEntry(body: OutcomeEntry): Entry {
  const key = outcomeKey(body.instrument, body.day);
  return { kind: "outcome", key, method: "POST", path: "/api/me/outcome-answers", body };
}
