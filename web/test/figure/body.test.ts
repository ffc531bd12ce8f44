import { describe, expect, test } from "vitest";

import { lengths, radii } from "../../src/core/figure/anatomy";
import type { Point } from "../../src/core/figure/drawing";
import { poseAt } from "../../src/core/figure/motion";
import { sides, solve } from "../../src/core/figure/skeleton";
import { add, length } from "../../src/core/figure/vector";
import { drawings, phases } from "./library";

/** How far skin may sink into the floor, in 1/170 of body height. */
const soft = 2.5;

const touching = [
  ["heel", radii.heel],
  ["toe", radii.toe],
  ["knee", radii.shank[0]],
  ["hand", radii.hand[1]],
  ["elbow", radii.forearm[0]],
] as const;

const bones = [
  ["shoulder", "elbow", lengths.upperArm],
  ["elbow", "wrist", lengths.forearm],
  ["wrist", "hand", lengths.hand],
  ["hip", "knee", lengths.thigh],
  ["knee", "ankle", lengths.shank],
  ["hip", "pelvis", lengths.halfHips],
] as const;

type Depth = [joint: string, by: number];

/** The largest of each joint. */
function worst(found: Depth[]): Depth[] {
  const most = new Map<string, number>();
  for (const [joint, by] of found) most.set(joint, Math.max(most.get(joint) ?? 0, Math.round(by * 10) / 10));
  return [...most];
}

describe.each(drawings)("%s", (_, drawing) => {
  const bodies = phases.map((phase) => solve(poseAt(drawing, phase)));

  test("hands and feet reach their places during the whole motion", () => {
    const missed = worst(bodies.flatMap(({ limbs }) => Object.entries(limbs).map(([name, { miss }]): Depth => [name, miss])));
    expect(missed.filter(([, by]) => by > 1)).toEqual([]);
  });

  test("nothing sinks into the floor", () => {
    const sunk = worst(
      bodies.flatMap(({ at }) =>
        sides.flatMap((side) => touching.map(([joint, radius]): Depth => [joint + side, radius - at[`${joint}${side}`][1]])),
      ),
    );
    expect(sunk.filter(([, by]) => by > soft)).toEqual([]);
  });

  test("bones keep their lengths", () => {
    for (const { at } of bodies)
      for (const side of sides)
        for (const [from, to, long] of bones) {
          const end = at[(to === "pelvis" ? to : to + side) as Point];
          expect(length(add(end, at[`${from}${side}`], -1))).toBeCloseTo(long, 6);
        }
  });
});
