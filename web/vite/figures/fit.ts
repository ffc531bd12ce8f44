/** One place and size for a whole motion, so that nothing jumps: the body as large as its canvas allows. */

import { type Camera, camera } from "../../src/core/figure/camera.ts";
import { canvas, type Drawing, type Point, type Pose } from "../../src/core/figure/drawing.ts";
import { poseAt } from "../../src/core/figure/motion.ts";
import { sides, solve } from "../../src/core/figure/skeleton.ts";
import { add, type Vec } from "../../src/core/figure/vector.ts";
import { way } from "./arrows.ts";
import type { Figure } from "./document.ts";

type Box = [left: number, top: number, right: number, bottom: number];

/** Lets a body that could fill the canvas stay smaller than that. */
const largest = 1.8;
const margins = { x: 8, top: 6, bottom: 12 } as const;

export function fit(figure: Figure, keys: readonly [Pose, ...Pose[]], view: Drawing["view"]): Drawing["fit"] {
  const [left, top, right, bottom] = extent(figure, keys, camera({ view, fit: [1, 0, 0] }));
  const [wide, high] = [canvas.width - 2 * margins.x, canvas.height - margins.top - margins.bottom];
  const scale = Math.min(figure.maxScale ?? largest, wide / (right - left), high / (bottom - top));
  const free = high - (bottom - top) * scale;
  // What is low would look fallen at the very bottom.
  const lift = free > high * 0.2 ? free * 0.35 : 0;
  const x = canvas.width / 2 - (scale * (left + right)) / 2;
  const y = canvas.height - margins.bottom - lift - scale * bottom;
  return [rounded(scale), rounded(x), rounded(y)];
}

/** The area of the body and its arrows during the motion. */
export function extent(figure: Figure, keys: readonly [Pose, ...Pose[]], { at, scale }: Camera): Box {
  const box: Box = [Infinity, Infinity, -Infinity, -Infinity];
  const put = (place: Vec, radius: number): void => {
    const [x, y] = at(place);
    const r = radius * scale;
    box[0] = Math.min(box[0], x - r);
    box[1] = Math.min(box[1], y - r);
    box[2] = Math.max(box[2], x + r);
    box[3] = Math.max(box[3], y + r);
  };
  const motion = { keys, cycle: figure.loop === "cycle", moveS: 1 };
  for (let i = 0; i <= 8; i++) {
    const body = solve(poseAt(motion, i / 8));
    for (const point of thick) put(body.at[point], 12);
    for (const point of thin) put(body.at[point], 6);
  }
  for (const place of figure.fit ?? []) put(place, 0);
  for (const arrow of figure.arrows ?? []) {
    for (const place of arrow.pts ?? []) put(place, 3);
    const [dx, dy] = arrow.shift ?? [0, 0];
    for (const place of way(arrow, keys, 4)) put(add(place, [dx, dy, 0]), 3 + Math.abs(arrow.off ?? 0));
  }
  return box;
}

const thick: Point[] = ["head", "pelvis", "chest", "neck"];
const thin = (["knee", "ankle", "toe", "heel", "elbow", "wrist", "hand", "shoulder"] as const).flatMap((joint) =>
  sides.map((side): Point => `${joint}${side}`),
);

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
