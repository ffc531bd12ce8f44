/** The places that a figure may highlight, by name: back, belly, gluteR … Those on one side end in R or L. */

import { lengths } from "../../src/core/figure/anatomy.ts";
import type { Held, Side, Spot } from "../../src/core/figure/drawing.ts";

type Ends = [from: Held, to: Held, radiusFrom: number, radiusTo: number];

/** Nodes of the spine from which the trunk's places are measured. */
const [pelvis, base, waist, ribs, chest] = [0, 1, 2, 3, 4];

const middle: Record<string, Ends> = {
  back: [[base, 0, -6, 0], [ribs, 0, -5.5, 0], 3.6, 3.6],
  belly: [[base, 0, 5, 0], [ribs, 0, 5, 0], 4.2, 4],
  diaphragm: [[waist, 0, 4, 0], [ribs, 0, 4.5, 0], 5, 4.4],
  core: [[base, 0, 0, 0], [ribs, 0, 0, 0], 5.5, 5.5],
};

const hip = lengths.halfHips;
const thigh = (share: number): number => share * lengths.thigh;

/** For the right side; `r` measures outward. */
const sided: Record<string, (on: Side, outward: 1 | -1) => Ends> = {
  waist: (_, out) => [[base, 0, 0, out * 8.5], [chest, 0, 0, out * 9.5], 3.8, 3.8],
  glute: (_, out) => [[pelvis, -1, -4.5, out * hip], [pelvis, 3, -4.5, out * hip], 5.2, 4.8],
  hipside: (on, out) => [[pelvis, 6, 0, out * (hip + 3)], [on, 5, 0, 0], 4.4, 4.4],
  hipfront: (on, out) => [[pelvis, 6, 5.5, out * hip], [on, thigh(0.3), 4, 0], 3.8, 3.6],
  ham: (on) => [[on, thigh(0.28), -3.6, 0], [on, thigh(0.82), -2.6, 0], 4, 3.4],
  quad: (on) => [[on, thigh(0.25), 3, 0], [on, thigh(0.8), 2, 0], 4, 3.4],
  thigh: (on) => [[on, thigh(0.2), 0, 0], [on, thigh(0.8), 0, 0], 5, 4.4],
};

export function spot(name: string): Spot {
  const side: Side = name.endsWith("L") ? "L" : "R";
  const found = middle[name] ?? sided[name.slice(0, -1)]?.(side, side === "R" ? 1 : -1);
  if (!found) throw new Error(`there is no highlight ${name}`);
  const [from, to, a, b] = found;
  return { on: /^(waist|.*[^RL]$)/.test(name) ? "torso" : `leg${side}`, from, to, radii: [a, b] };
}
