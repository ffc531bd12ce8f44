import fc from "fast-check";
import { expect, test } from "vitest";

import type { Pose } from "../../src/core/figure/drawing";
import { blend, phaseAt, poseAt, repetitionSeconds } from "../../src/core/figure/motion";
import { drawings } from "./library";

const keys: [Pose, Pose] = [{ pitch: 0 }, { pitch: 40 }];
const bend = { keys, cycle: false, moveS: 1.2 };
const walk = { keys: [...keys, { pitch: 0 }, { pitch: -40 }] as [Pose, ...Pose[]], cycle: true, moveS: 0.5 };

test("a repetition goes out, holds as long as was prescribed, comes back and pauses", () => {
  const at = (seconds: number) => Math.round(phaseAt(bend, seconds, 5) * 100) / 100;
  expect(repetitionSeconds(bend, 5)).toBeCloseTo(1.2 + 5 + 1.2 + 0.6);
  expect([0, 0.6, 1.2, 3, 6.2, 6.8, 7.4, 7.9, 8].map(at)).toEqual([0, 0.5, 1, 1, 1, 0.5, 0, 0, 0]);
  expect([8.6, 9.2].map(at)).toEqual([0.5, 1]);
});

test("a walk goes round without a stop", () => {
  expect(repetitionSeconds(walk)).toBe(2);
  expect([0, 0.5, 1, 1.5, 2].map((seconds) => phaseAt(walk, seconds))).toEqual([0, 0.25, 0.5, 0.75, 0]);
  expect([0, 0.125, 0.25, 0.75, 0.875, 1].map((phase) => poseAt(walk, phase).pitch)).toEqual([0, 20, 40, -40, -20, 0]);
});

test("a movement starts and stops softly, and is at its key poses on time", () => {
  expect([0, 0.25, 0.5, 0.75, 1].map((phase) => poseAt(bend, phase).pitch)).toEqual([0, 6.25, 20, 33.75, 40]);
});

test("phases beyond the ends are the ends", () => {
  expect([-1, 2].map((phase) => poseAt(bend, phase).pitch)).toEqual([0, 40]);
});

test("the phase stays between 0 and 1 and never jumps", () => {
  const seconds = fc.double({ min: 0, max: 1e5, noNaN: true });
  const hold = fc.double({ min: 0, max: 60, noNaN: true });
  fc.assert(
    fc.property(seconds, hold, (at, holdS) => {
      const [now, soon] = [phaseAt(bend, at, holdS), phaseAt(bend, at + 0.01, holdS)];
      return now >= 0 && now <= 1 && Math.abs(soon - now) < 0.011;
    }),
  );
});

test("a pose is blended number by number, and what has a name stays", () => {
  const from: Pose = { frame: "supine", spine: { lum: [0, 4, 8] }, armR: { on: "head", off: [0, 0, 0] } };
  const to: Pose = { frame: "supine", spine: { lum: [4, 4, 0] }, armR: { on: "head", off: [8, 0, 4] } };
  expect(blend(from, to, 0.25)).toEqual({
    frame: "supine",
    spine: { lum: [1, 4, 6] },
    armR: { on: "head", off: [2, 0, 1] },
  });
});

test.each(drawings)("the keys of %s have one shape", (_, drawing) => {
  const shape = (value: unknown): unknown =>
    typeof value === "object" && value !== null
      ? Object.entries(value)
          .map(([name, part]) => [name, shape(part)])
          .sort()
      : typeof value === "number"
        ? 0
        : value;
  for (const key of drawing.keys) expect(shape(key)).toEqual(shape(drawing.keys[0]));
});
