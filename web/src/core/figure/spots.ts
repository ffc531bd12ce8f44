/** The place where an exercise works: a soft capsule that sticks to the body. */

import type { Camera } from "./camera.ts";
import type { Held, Spot } from "./drawing.ts";
import { capsule } from "./outline.ts";
import { type Body, trunkFrame } from "./skeleton.ts";
import { across, add, direction, type Vec } from "./vector.ts";

export function spot(body: Body, { from, to, radii }: Spot, { at, scale }: Camera): string {
  return capsule(at(place(body, from)), radii[0] * scale, at(place(body, to)), radii[1] * scale);
}

function place(body: Body, [on, up, front, right]: Held): Vec {
  const { pelvis } = body.frames;
  if (typeof on === "number") {
    const frame = trunkFrame(body, on);
    return add(add(add(body.nodes[on] as Vec, frame.up, up), frame.front, front), frame.right, right);
  }
  const { root, joint } = body.limbs[`leg${on}`];
  const thigh = direction(root, joint);
  return add(add(root, thigh, up), across(pelvis.front, thigh, pelvis.up), front);
}
