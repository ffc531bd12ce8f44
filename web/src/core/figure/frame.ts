/** The direction of a part of the body. */

import type { Bend, Start } from "./drawing.ts";
import { cross, turned, type Vec } from "./vector.ts";

/** Three unit vectors: from pelvis to head, to the front of the body, and to the person's own right. */
export type Frame = { up: Vec; front: Vec; right: Vec };

export function starting(start: Start): Frame {
  const [up, front] = starts[start];
  return framed(up, front);
}

/** Flexion, then side bend, then twist, each about the frame that the one before has left. */
export function bent({ up, front, right }: Frame, [flexion, side, twist]: Bend): Frame {
  const flexed = turned(up, right, -flexion);
  const forward = turned(front, right, -flexion);
  const leaning = turned(flexed, forward, side);
  return framed(leaning, turned(forward, leaning, -twist));
}

function framed(up: Vec, front: Vec): Frame {
  return { up, front, right: cross(front, up) };
}

/** Upright to the right, toward and away from the viewer; on the back, on the stomach, on the left side. */
const starts: Record<Start, readonly [up: Vec, front: Vec]> = {
  stand: [
    [0, 1, 0],
    [1, 0, 0],
  ],
  front: [
    [0, 1, 0],
    [0, 0, 1],
  ],
  back: [
    [0, 1, 0],
    [0, 0, -1],
  ],
  supine: [
    [-1, 0, 0],
    [0, 1, 0],
  ],
  prone: [
    [1, 0, 0],
    [0, -1, 0],
  ],
  side: [
    [1, 0, 0],
    [0, 0, 1],
  ],
};
