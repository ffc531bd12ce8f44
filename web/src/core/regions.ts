/** Painful places by region and side: both sides of a region are one answer, "both". */

import type { BodyRegion, Side } from "./api";

export type OneSide = "left" | "right";

/** The sides of a region that are chosen; of one without sides, "middle". */
export function sidesOf(chosen: readonly BodyRegion[], slug: string): Side[] {
  const side = chosen.find((region) => region.slug === slug)?.side;
  if (side === undefined) return [];
  return side === "both" ? ["left", "right"] : [side];
}

/** The regions after one side of one was tapped; null for a region without sides. */
export function toggleSide(chosen: readonly BodyRegion[], slug: string, tapped: OneSide | null): BodyRegion[] {
  const others = chosen.filter((region) => region.slug !== slug);
  const before = sidesOf(chosen, slug);
  if (tapped === null) return before.length ? others : [...others, { slug, side: "middle" }];
  const sides = before.includes(tapped) ? before.filter((side) => side !== tapped) : [...before, tapped];
  const [one, two] = sides;
  if (one === undefined) return others;
  return [...others, { slug, side: two === undefined ? one : "both" }];
}
