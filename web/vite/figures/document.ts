/** poses.yaml as it is written, and its merging into full key poses. The library checks its fields. */

import type { Ink, LimbPose, PartName, Point, Pose, Seen } from "../../src/core/figure/drawing.ts";
import type { Vec } from "../../src/core/figure/vector.ts";

export type Document = { presets: Record<string, Pose>; figures: Record<string, Figure> };

type Second = Pick<Figure, "arrows" | "front" | "behind" | "nofar"> & { seen: Seen; view: [number, number] };

export type Figure = {
  view: string | [number, number];
  seen?: Seen;
  second?: Second;
  preset: string;
  base?: Pose;
  keys: Pose[];
  side?: "right" | "left";
  loop?: "cycle";
  moveS?: number;
  still?: number;
  ghost?: boolean;
  pair?: boolean;
  props?: Prop[];
  arrows?: Arrow[];
  highlight?: string[];
  hlTop?: boolean;
  front?: PartName[];
  behind?: PartName[];
  nofar?: PartName[];
  fit?: Vec[];
  maxScale?: number;
  caption: { en: string; es: string };
};

export type Box = [x0: number, x1: number, y0: number, y1: number, z0: number, z1: number];

/** The drawn objects beside the body, each with its measures. */
type Measures = {
  mat: [x0: number, x1: number, z?: number];
  box: [...Box, kind: "w" | "p"];
  pillow: Box;
  round: { from: Vec; to?: Vec; r: number; ink: Ink };
  wall: [x: number, height?: number, z?: number];
  frame: { x?: number; z?: number; h?: number };
  counter: [x0: number, x1: number, height: number, z?: number];
  chair: { x?: number; z?: number; h?: number; face?: string; w?: number; back?: number; cushion?: number };
  bag: Point;
  strap: { from: Point; to: Point };
  line: { from: Point; to: Point };
};

/** A name with its measures; a stick needs none. */
export type Prop = "stick" | Partial<Measures>;
export type Piece = { [Kind in keyof Measures]: [kind: Kind, measures: Measures[Kind]] }[keyof Measures] | ["stick"];
export type Chair = Measures["chair"];

export function pieceOf(prop: Prop): Piece {
  return prop === "stick" ? [prop] : (Object.entries(prop)[0] as Piece);
}

export type Arrow = {
  joint?: Point;
  keys?: [number, number];
  pts?: Vec[];
  shift?: [number, number];
  off?: number;
  trim?: [number, number];
  min?: number;
  both?: boolean;
};

/** The figure's full key poses: each key changes the one before, the first changes base and preset. */
export function keyPoses({ presets }: Document, { preset, base = {}, keys }: Figure): [Pose, ...Pose[]] {
  let pose = merged(presets[preset] ?? {}, base);
  const poses = keys.map((key) => (pose = merged(pose, key)));
  const whole = poses.reduce(filled, {});
  return poses.map((one) => filled(one, whole)) as [Pose, ...Pose[]];
}

type Tree = Record<string, unknown>;

/** Objects merge, everything else replaces. */
function merged<T extends object>(under: T, over: T): T {
  const result = { ...under } as Tree;
  for (const [name, value] of Object.entries(over)) {
    const old = result[name];
    result[name] = isTree(old) && isTree(value) ? merged(sameKind(old, value), value) : value;
  }
  return result as T;
}

/** The parts of a limb's pose that stay when it is bent instead of placed, placed instead of bent, or put elsewhere. */
function sameKind(old: LimbPose, next: LimbPose): LimbPose {
  const placed = (limb: LimbPose): boolean => "to" in limb || "on" in limb;
  if (("flex" in next && placed(old)) || (placed(next) && "flex" in old)) return {};
  const { to, on, off, ...rest } = old;
  if (next.to) return rest;
  if (next.on) return { ...rest, ...(off && { off }) };
  return old;
}

/** Adds what only other keys name, so that all have one shape: numbers as 0, directions as they are there. */
function filled<T extends object>(pose: T, whole: T): T {
  const result = { ...pose } as Tree;
  for (const [name, value] of Object.entries(whole)) {
    const own = result[name];
    if (isTree(value)) result[name] = filled(isTree(own) ? own : {}, value);
    else if (own === undefined) result[name] = typeof value === "number" ? 0 : value;
  }
  return result as T;
}

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
