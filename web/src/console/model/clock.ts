/** Phases on the hour clock: their span in words, and which one holds now. */

import type { Phase } from "../wire";

export type Span =
  | { readonly unit: "hours" | "days" | "weeks"; readonly from: number; readonly to: number }
  | { readonly unit: "on"; readonly from: number };

/** Hours up to three days, then days (the first is day 1), then weeks. */
export function spanOf({ fromH, toH }: Pick<Phase, "fromH" | "toH">): Span {
  if (toH === null) return { unit: "on", from: Math.floor(fromH / 168) + 1 };
  if (toH <= 72) return { unit: "hours", from: fromH, to: toH };
  if (toH <= 504) return { unit: "days", from: Math.floor(fromH / 24) + 1, to: Math.ceil(toH / 24) };
  return { unit: "weeks", from: Math.floor(fromH / 168) + 1, to: Math.ceil(toH / 168) };
}

/** The phase at `hours` hours after the anchor. */
export function phaseAt(phases: readonly Phase[], hours: number): Phase | undefined {
  return phases.find(({ fromH, toH }) => hours >= fromH && (toH === null || hours < toH));
}
