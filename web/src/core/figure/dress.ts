/** Clothes, skin and hair of the parts of the body, in the order in which they are painted. */

import { radii } from "./anatomy.ts";
import type { Camera } from "./camera.ts";
import type { Mark } from "./drawing.ts";
import type { Limb } from "./limb.ts";
import { capsule } from "./outline.ts";
import type { Body } from "./skeleton.ts";
import { add, between, type Vec } from "./vector.ts";

function bone({ at, scale }: Camera, from: Vec, to: Vec, [a, b]: readonly [number, number]): string {
  return capsule(at(from), a * scale, at(to), b * scale);
}

/** Trousers to below the middle of the shank, then skin, then a shoe. */
export function leg({ root, joint, end, heel, tip }: Limb, view: Camera): Mark[] {
  return [
    ["skin", bone(view, joint, end, radii.shank)],
    ["shoe", bone(view, heel, tip, [radii.heel, radii.toe]) + bone(view, end, heel, [radii.shank[1], radii.heel])],
    ["legs", bone(view, root, joint, radii.thigh) + bone(view, joint, between(joint, end, 0.72), [6.7, 5.4])],
  ];
}

/** A short sleeve over skin. */
export function arm({ root, joint, end, tip }: Limb, view: Camera): Mark[] {
  return [
    [
      "skin",
      bone(view, root, joint, radii.upperArm) +
        bone(view, joint, end, radii.forearm) +
        bone(view, end, tip, radii.hand),
    ],
    ["shirt", bone(view, root, between(root, joint, 0.62), [5.9, 5.2])],
  ];
}

/** Hair behind the face; a nose and one eye from the side, two eyes from the front, hair alone from behind. */
export function face({ at: joints, frames }: Body, { at, along, scale }: Camera): Mark[] {
  const { up, front, right } = frames.head;
  const toward = along(front)[2] / scale;
  const dots = (forward: number, upward: number, aside: number, size: number, ...more: number[]): string => {
    const [forth = 0, rise = 0, end = size] = more;
    const on = (f: number, u: number): Vec => at(add(add(add(joints.head, front, f), up, u), right, aside));
    return capsule(on(forward, upward), size * scale, on(forward + forth, upward + rise), end * scale);
  };
  const nose = Math.abs(toward) < 0.9 ? dots(8, -1.4, 0, 1.7, 2.4, -1.5, 0.9) : "";
  const hair: Mark = ["hair", dots(-1.3, 2.5, 0, 9.7, -2.3, -4, 7)];
  const skin: Mark = ["skin", dots(1.4, -0.2, 0, 8.3, -0.2, -2.8, 7.3) + nose];
  if (toward < -0.35) return [skin, hair];
  const eye =
    toward > 0.8 ? dots(8, 0.4, -3, 0.95) + dots(8, 0.4, 3, 0.95) : dots(6.4, 0.3, along(right)[2] > 0 ? 2 : -2, 0.85);
  return [hair, skin, ["eye", eye]];
}
