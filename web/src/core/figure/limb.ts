/** Arms and legs: bent by their angles, or bent so that wrist or ankle is where it must be. */

import { lengths, radii } from "./anatomy.ts";
import type { LimbPose } from "./drawing.ts";
import type { Frame } from "./frame.ts";
import { across, add, direction, dot, length, radians, scaled, unit, type Vec } from "./vector.ts";

export type Limb = {
  /** Shoulder or hip. */
  root: Vec;
  /** Elbow or knee. */
  joint: Vec;
  /** Wrist or ankle. */
  end: Vec;
  /** Fingertips or toes. */
  tip: Vec;
  heel: Vec;
  /** Distance of the end from its target. */
  miss: number;
};

type Bones = { joint: Vec; end: Vec; lower: Vec; front: Vec; miss: number };

export function arm(root: Vec, trunk: Frame, outward: Vec, pose: LimbPose, at: Vec | undefined): Limb {
  const pole = pose.pole ?? add(scaled(trunk.front, -1), trunk.up, -0.6);
  const bones = at
    ? placed(root, at, pole, trunk, lengths.upperArm, lengths.forearm)
    : angled(root, trunk, outward, pose, lengths.upperArm, lengths.forearm, 1);
  const { joint, end, lower, miss } = bones;
  const tip = add(end, pose.hand ? unit(pose.hand) : lower, lengths.hand);
  return { root, joint, end, tip, heel: end, miss };
}

export function leg(root: Vec, pelvis: Frame, outward: Vec, pose: LimbPose): Limb {
  const { joint, end, lower, front, miss } = pose.to
    ? placed(root, pose.to, pose.pole ?? pelvis.front, pelvis, lengths.thigh, lengths.shank)
    : angled(root, pelvis, outward, pose, lengths.thigh, lengths.shank, -1);
  const point = radians(pose.pf ?? 0);
  const foot = pose.foot ? unit(pose.foot) : add(scaled(front, Math.cos(point)), lower, Math.sin(point));
  const under = scaled(front, -1);
  const pointed = Math.abs(dot(lower, foot)) > 0.9;
  const sole = pose.sole ? unit(pose.sole) : pointed ? across(under, foot, lower) : across(lower, foot, under);
  const heel = add(add(end, foot, -lengths.heel), sole, lengths.ankleHeight - radii.heel);
  const tip = add(add(end, foot, lengths.toe), sole, lengths.ankleHeight - radii.toe);
  return { root, joint, end, tip, heel, miss };
}

/** By angles in the parent's frame; all zero hangs straight down. `fold` is 1 for elbows and -1 for knees. */
function angled(root: Vec, parent: Frame, outward: Vec, pose: LimbPose, a: number, b: number, fold: number): Bones {
  const turn = (angle = 0): [number, number] => [Math.cos(radians(angle)), Math.sin(radians(angle))];
  const [cosFlex, sinFlex] = turn(pose.flex);
  const [cosAbd, sinAbd] = turn(pose.abd);
  const [cosRot, sinRot] = turn(pose.rot);
  const [cosBend, sinBend] = turn(pose.bend);
  const hanging = add(scaled(parent.up, -cosFlex), parent.front, sinFlex);
  const ahead = add(scaled(parent.front, cosFlex), parent.up, sinFlex);
  const upper = add(scaled(hanging, cosAbd), outward, sinAbd);
  const aside = add(scaled(outward, cosAbd), hanging, -sinAbd);
  const bending = add(scaled(ahead, cosRot), aside, sinRot);
  const lower = add(scaled(upper, cosBend), bending, fold * sinBend);
  const joint = add(root, upper, a);
  return {
    joint,
    end: add(joint, lower, b),
    lower,
    front: add(scaled(bending, cosBend), upper, -fold * sinBend),
    miss: 0,
  };
}

/** By two circles: the joint lies where both bones meet, on the side of `pole`. A place out of reach is reached for. */
function placed(root: Vec, at: Vec, pole: Vec, parent: Frame, a: number, b: number): Bones {
  const away = length(add(at, root, -1));
  const reach = Math.min(away, (a + b) * 0.9995);
  const along = direction(root, at);
  const before = (a * a + reach * reach - b * b) / (2 * reach);
  const aside = Math.sqrt(Math.max(0, a * a - before * before));
  const joint = add(add(root, along, before), across(pole, along, parent.up), aside);
  const end = add(root, along, reach);
  const lower = direction(joint, end);
  return { joint, end, lower, front: across(pole, lower, parent.front), miss: away - reach };
}
