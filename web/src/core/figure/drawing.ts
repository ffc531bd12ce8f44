/**
 * The drawing of one item of the library. The build compiles it from the library's poses.yaml (vite/figures): presets and
 * keys are merged, and everything that does not move - floor, furniture, arrows - is drawn already.
 */

import type { Text } from "../i18n.ts";
import type { Vec } from "./vector.ts";

export type Side = "R" | "L";
type Sided<Name extends string> = `${Name}${Side}`;
type SidedPoint = "shoulder" | "elbow" | "wrist" | "hand" | "hip" | "thigh" | "knee" | "ankle" | "heel" | "toe";

/** A named point of the body that anchors, hands and gear may hold on to. */
export type Point =
  | "pelvis"
  | "lumbar"
  | "chest"
  | "neck"
  | "skull"
  | "head"
  | "nose"
  | "occiput"
  | "back"
  | "front"
  | "tail"
  | Sided<SidedPoint>;

export type LimbName = Sided<"leg" | "arm">;
export type PartName = LimbName | "torso" | "head";

/** The position of the body before it is bent: standing, lying and so on. */
export type Start = "stand" | "front" | "back" | "supine" | "prone" | "side";

/** Degrees: flexion (+ forward), side bend and twist (+ to the person's own right). */
export type Bend = Vec;

/** A limb, either bent by angles in degrees, or placed by its wrist or ankle: `to` a place, or `on` a point plus `off`. */
export type LimbPose = {
  flex?: number;
  abd?: number;
  rot?: number;
  bend?: number;
  to?: Vec;
  on?: Point;
  off?: Vec;
  /** The direction of knee or elbow when the limb is placed. */
  pole?: Vec;
  /** Plantar flexion in degrees; 0 holds the foot at a right angle to the shank. */
  pf?: number;
  /** Directions of foot, sole and hand where the joints do not give them. */
  foot?: Vec;
  sole?: Vec;
  hand?: Vec;
};

export type Pose = {
  frame?: Start;
  pitch?: number;
  roll?: number;
  yaw?: number;
  /** The body is moved as a whole until the point `p` is at `at`. */
  anchor?: { p: Point; at: Vec };
  /** Then it is moved up or down until the lower foot touches the floor. */
  ground?: boolean;
  /** Size of the belly, for breathing and bracing. */
  belly?: number;
  spine?: { lum?: Bend; tho?: Bend; neck?: Bend };
} & { [limb in LimbName]?: LimbPose };

/** An object that moves with the body. Ends are points of the body or fixed. */
export type Gear =
  { kind: "stick" } | { kind: "bag"; at: Point } | { kind: "strap" | "line"; from: Point | Vec; to: Point | Vec };

/** A place that sticks to a node of the spine - how far up, to the front and to the right - or to a thigh: down it, to its front. */
export type Held = readonly [on: number | Side, up: number, front: number, right: number];

/** A highlighted place, and the part above which it is painted. */
export type Spot = { on: PartName; from: Held; to: Held; radii: readonly [number, number] };

type Worn = "shirt" | "legs" | "skin" | "shoe";

/** The fill and line of a path (ink.ts). */
export type Ink =
  | "floor"
  | "mat"
  | "wall"
  | "seat"
  | "leg"
  | "ghost"
  | "rim"
  | Worn
  | `${Worn}Far`
  | "hair"
  | "eye"
  | "spot"
  | "handle"
  | "bag"
  | "strap"
  | "stickHalo"
  | "stick"
  | "arrowHalo"
  | "arrowHead"
  | "arrow";

/** One path of the picture. */
export type Mark = readonly [ink: Ink, d: string];

export type Drawing = {
  /** The place it is seen from; only with a second view. */
  seen?: Seen;
  /** The same motion seen from elsewhere: what differs from the first view. */
  second?: View;
  caption: Text;
  /** The working side of the body in the picture; null if it makes no difference. */
  side: "right" | "left" | null;
  /** The picture is turned round. */
  mirrored: boolean;
  /** Azimuth and elevation of the camera in degrees. */
  view: readonly [azimuth: number, elevation: number];
  /** Pixels per unit of the world, and where its origin lies on the canvas. */
  fit: readonly [scale: number, x: number, y: number];
  /** The area that the whole motion covers on the canvas: left, top, right, bottom. */
  box: readonly [number, number, number, number];
  /** One to four key poses of one shape, so that any two can be blended. */
  keys: readonly [Pose, ...Pose[]];
  /** The keys follow each other in a ring instead of to and fro. */
  cycle: boolean;
  /** Seconds from one key to the next. */
  moveS: number;
  /** The key of the picture that holds still. */
  still: number;
  /** Whether the picture that holds still shows the other end of the motion, pale. */
  ghost: boolean;
  /** Whether the picture that holds still needs its keys next to each other to be understood. */
  pair: boolean;
  /** Height of the floor's line on the canvas; null when seen from above. */
  floor: number | null;
  furniture: readonly Mark[];
  gear: readonly Gear[];
  arrows: readonly Mark[];
  highlight: readonly Spot[];
  /** Highlights lie above everything instead of above their own part. */
  highlightOnTop: boolean;
  /** Parts that are drawn last, drawn first, and never drawn pale, at any depth. */
  front: readonly PartName[];
  behind: readonly PartName[];
  nearby: readonly PartName[];
};

/** The place of the reader: beside the body, before it, above it, at its feet. */
export type Seen = "side" | "front" | "above" | "feet";

type View = Pick<
  Drawing,
  "seen" | "view" | "fit" | "box" | "floor" | "furniture" | "arrows" | "front" | "behind" | "nearby"
>;

/** Every drawing has the same canvas. */
export const canvas = { width: 320, height: 200 } as const;
