/** Arrows: along the way that a joint takes from key to key, or through given points. The build draws them. */

import type { Camera } from "../../src/core/figure/camera.ts";
import type { Mark, Pose } from "../../src/core/figure/drawing.ts";
import { blend } from "../../src/core/figure/motion.ts";
import { line, point } from "../../src/core/figure/outline.ts";
import { solve } from "../../src/core/figure/skeleton.ts";
import type { Vec } from "../../src/core/figure/vector.ts";
import type { Arrow } from "./document.ts";

type Spot = readonly [x: number, y: number];

const samples = 12;
const headLong = 7;
const headHalf = 4.3;
/** Pixels; a shorter way is drawn longer. */
const shortest = 22;

/** All arrows of a figure as three marks: a halo in the page's colour, the heads, the lines. */
export function arrows(wanted: readonly Arrow[], keys: readonly Pose[], camera: Camera): Mark[] {
  const drawn = wanted.map((arrow) => ends(arrow, path(arrow, keys, camera)));
  if (!drawn.length) return [];
  const lines = drawn.map(({ shaft }) => shaft).join("");
  const heads = drawn.map(({ head }) => head).join("");
  return [
    ["arrowHalo", lines],
    ["arrowHead", heads],
    ["arrow", lines],
  ];
}

/** The path of an arrow's joint, in the world. */
export function way({ joint, keys: [from, to] = [0, 1] }: Arrow, keys: readonly Pose[], steps = samples): Vec[] {
  if (!joint) return [];
  const at = (i: number): Pose => blend(keys[from] as Pose, keys[to] as Pose, i / steps);
  return Array.from({ length: steps + 1 }, (_, i) => solve(at(i)).at[joint]);
}

function path(arrow: Arrow, keys: readonly Pose[], { at, scale }: Camera): Spot[] {
  if (arrow.pts) return curve(arrow.pts.map(at) as unknown as Spot[]);
  let points: Spot[] = way(arrow, keys).map((place) => [at(place)[0], at(place)[1]]);
  const [first, last] = [points[0] as Spot, points.at(-1) as Spot];
  const [dx, dy] = [last[0] - first[0], last[1] - first[1]];
  const long = Math.hypot(dx, dy) || 1;
  const grown = Math.max(1, (arrow.min ?? shortest) / long);
  const middle: Spot = [(first[0] + last[0]) / 2, (first[1] + last[1]) / 2];
  const aside = (arrow.off ?? 0) * scale;
  const [shiftX, shiftY] = arrow.shift ?? [0, 0];
  points = points.map(([x, y]) => [
    middle[0] + (x - middle[0]) * grown - (dy / long) * aside + shiftX * scale,
    middle[1] + (y - middle[1]) * grown + (dx / long) * aside - shiftY * scale,
  ]);
  const [begin, end] = arrow.trim ?? [0, 1];
  return points.slice(Math.round(points.length * begin), Math.round(points.length * end));
}

/** Two points are a line; three are a curve that starts and ends at the outer ones. */
function curve(points: Spot[]): Spot[] {
  const [from, control, to] = points;
  if (!from || !control || !to) return points;
  return Array.from({ length: samples + 1 }, (_, i): Spot => {
    const t = i / samples;
    const at = (axis: 0 | 1): number => (1 - t) ** 2 * from[axis] + 2 * t * (1 - t) * control[axis] + t * t * to[axis];
    return [at(0), at(1)];
  });
}

function ends({ both }: Arrow, points: Spot[]): { shaft: string; head: string } {
  const { shaft, head } = pointed(points);
  return { shaft, head: both ? head + pointed(points.toReversed()).head : head };
}

/** The line up to the foot of the head, as one quadratic curve through its middle, and the head. */
function pointed(points: readonly Spot[]): { shaft: string; head: string } {
  const tip = points.at(-1) as Spot;
  let last = points.length - 2;
  const away = (spot: Spot): number => Math.hypot(tip[0] - spot[0], tip[1] - spot[1]);
  while (last > 0 && away(points[last] as Spot) < headLong * 1.3) last--;
  const from = points[last] as Spot;
  const [ux, uy] = [(tip[0] - from[0]) / away(from), (tip[1] - from[1]) / away(from)];
  const foot: Spot = [tip[0] - ux * headLong, tip[1] - uy * headLong];
  const head = line([
    tip,
    [foot[0] - uy * headHalf, foot[1] + ux * headHalf],
    [foot[0] + uy * headHalf, foot[1] - ux * headHalf],
  ]);
  const kept = [...points.slice(0, last + 1), foot];
  return { shaft: kept.length > 3 ? bow(kept) : line(kept), head: `${head}z` };
}

function bow(points: readonly Spot[]): string {
  const [from, to] = [points[0] as Spot, points.at(-1) as Spot];
  const middle = points[Math.floor(points.length / 2)] as Spot;
  const control: Spot = [2 * middle[0] - (from[0] + to[0]) / 2, 2 * middle[1] - (from[1] + to[1]) / 2];
  return `M${point(from)}Q${point(control)} ${point(to)}`;
}
