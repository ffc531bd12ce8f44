import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { lengths, radii } from "../../src/core/figure/anatomy";
import type { Point } from "../../src/core/figure/drawing";
import { poseAt } from "../../src/core/figure/motion";
import { sides, solve } from "../../src/core/figure/skeleton";
import { add, length, type Vec } from "../../src/core/figure/vector";
import { drawings, phases } from "./library";

/** Most that skin may sink into the floor, in 1/170 of body height. */
const soft = 2.5;

/** Most that a place that carries weight may drift before it looks like sliding. */
const slip = 1.5;

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

const apart = (a: Vec, b: Vec): number => length(add(a, b, -1));

/** The largest of each joint. */
function worst(found: Depth[]): Depth[] {
  const most = new Map<string, number>();
  for (const [joint, by] of found) most.set(joint, Math.max(most.get(joint) ?? 0, Math.round(by * 10) / 10));
  return [...most];
}

describe.each(drawings)("%s", (_, drawing) => {
  const bodies = phases.map((phase) => solve(poseAt(drawing, phase)));

  test("hands and feet reach their places during the whole motion", () => {
    const missed = worst(
      bodies.flatMap(({ limbs }) => Object.entries(limbs).map(([name, { miss }]): Depth => [name, miss])),
    );
    expect(missed.filter(([, by]) => by > 1)).toEqual([]);
  });

  test("nothing sinks into the floor", () => {
    const sunk = worst(
      bodies.flatMap(({ at }) =>
        sides.flatMap((side) =>
          touching.map(([joint, radius]): Depth => [joint + side, radius - at[`${joint}${side}`][1]]),
        ),
      ),
    );
    expect(sunk.filter(([, by]) => by > soft)).toEqual([]);
  });

  test("what stays on the floor from key pose to key pose does not slide between them", () => {
    const keys = drawing.keys.map((key) => solve(key).at);
    const [first] = keys;
    const standing = touching
      .flatMap(([joint, radius]) => sides.map((side) => [`${joint}${side}`, radius] as [Point, number]))
      .filter(([joint, radius]) =>
        keys.every((at) => at[joint][1] - radius < soft && apart(at[joint], first![joint]) < slip),
      );
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (phase) => {
        const { at } = solve(poseAt(drawing, phase));
        expect(standing.filter(([joint]) => apart(at[joint], first![joint]) >= slip)).toEqual([]);
      }),
    );
  });

  test("bones keep their lengths", () => {
    for (const { at } of bodies)
      for (const side of sides)
        for (const [from, to, long] of bones) {
          const end = at[(to === "pelvis" ? to : to + side) as Point];
          expect(apart(end, at[`${from}${side}`])).toBeCloseTo(long, 6);
        }
  });
});
