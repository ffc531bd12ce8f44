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
export function face({ at: joints, frames }: Body, view: Camera): Mark[] {
  const { along, scale } = view;
  const { up, front, right } = frames.head;
  const toward = along(front)[2] / scale;
  const on = (forward: number, upward: number, aside = 0): Vec =>
    add(add(add(joints.head, front, forward), up, upward), right, aside);
  const hair: Mark = ["hair", bone(view, on(-1.3, 2.5), on(-3.6, -1.5), [9.7, 7])];
  const nose = Math.abs(toward) < 0.9 ? bone(view, on(8, -1.4), on(10.4, -2.9), [1.7, 0.9]) : "";
  const skin: Mark = ["skin", bone(view, on(1.4, -0.2), on(1.2, -3), [8.3, 7.3]) + nose];
  if (toward < -0.35) return [skin, hair];
  const eye = (forward: number, aside: number): string =>
    bone(view, on(forward, 0.3, aside), on(forward, 0.5, aside), [0.9, 0.9]);
  const eyes = toward > 0.8 ? eye(8, -3) + eye(8, 3) : eye(6.4, along(right)[2] > 0 ? 2 : -2);
  return [hair, skin, ["eye", eyes]];
}
