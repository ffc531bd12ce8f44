/** From a pose to a body: where every joint is. */

import { lengths, radii } from "./anatomy.ts";
import type { Bend, LimbName, Point, Pose, Side } from "./drawing.ts";
import { bent, type Frame, starting } from "./frame.ts";
import { arm, leg, type Limb } from "./limb.ts";
import { add, between, scaled, type Vec } from "./vector.ts";

export type Body = {
  at: Record<Point, Vec>;
  /** The spine from the centre of the pelvis to above the shoulders, eight nodes. */
  nodes: readonly Vec[];
  frames: { pelvis: Frame; lumbar: Frame; thorax: Frame; head: Frame };
  limbs: Record<LimbName, Limb>;
  belly: number;
};

export const sides: readonly Side[] = ["L", "R"];

export function solve(pose: Pose): Body {
  const { p, at } = pose.anchor ?? { p: "pelvis", at: [0, 92, 0] };
  // Placed limbs need the body's final place, so the body is built twice: to see where the anchor is, and where it must be.
  const drift = build(pose, [0, 0, 0]);
  const root = add(at, drift.at[p], -1);
  return build(pose, pose.ground ? [root[0], -lowest(drift), root[2]] : root);
}

/** The direction of the trunk at a node of the spine. */
export function trunkFrame({ frames }: Body, node: number): Frame {
  return node < 2 ? frames.pelvis : node < 4 ? frames.lumbar : frames.thorax;
}

/** The height of the lower sole. */
function lowest({ at }: Body): number {
  return Math.min(...sides.flatMap((side) => [at[`heel${side}`][1] - radii.heel, at[`toe${side}`][1] - radii.toe]));
}

function build(pose: Pose, pelvis: Vec): Body {
  const { nodes, skull, head, frames } = backbone(pose, pelvis);
  const [, , lumbar, , chest, , neck] = nodes as [Vec, Vec, Vec, Vec, Vec, Vec, Vec];
  const at = {
    pelvis,
    lumbar,
    chest,
    neck,
    skull,
    head,
    nose: add(head, frames.head.front, 11),
    occiput: add(head, frames.head.front, -10.5),
    back: add(lumbar, frames.lumbar.front, -10),
    front: add(lumbar, frames.lumbar.front, 11),
    tail: add(pelvis, frames.pelvis.front, -12.5),
  } as Body["at"];
  const limbs = {} as Body["limbs"];
  for (const side of sides) {
    const outward = scaled(frames.pelvis.right, side === "R" ? 1 : -1);
    const found = leg(add(pelvis, outward, lengths.halfHips), frames.pelvis, outward, pose[`leg${side}`] ?? {});
    limbs[`leg${side}`] = found;
    at[`hip${side}`] = found.root;
    at[`thigh${side}`] = between(found.root, found.joint, 0.5);
    at[`knee${side}`] = found.joint;
    at[`ankle${side}`] = found.end;
    at[`heel${side}`] = found.heel;
    at[`toe${side}`] = found.tip;
  }
  // Arms after legs: a hand may rest on a thigh.
  for (const side of sides) {
    const { thorax } = frames;
    const outward = scaled(thorax.right, side === "R" ? 1 : -1);
    const held = pose[`arm${side}`] ?? {};
    const shoulder = add(add(neck, thorax.up, -lengths.shoulderDrop), outward, lengths.halfShoulders);
    at[`shoulder${side}`] = shoulder;
    const found = arm(shoulder, thorax, outward, held, held.on ? add(at[held.on], held.off ?? [0, 0, 0]) : held.to);
    limbs[`arm${side}`] = found;
    at[`elbow${side}`] = found.joint;
    at[`wrist${side}`] = found.end;
    at[`hand${side}`] = found.tip;
  }
  return { at, nodes, frames, limbs, belly: pose.belly ?? 0 };
}

/** Bends are spread over the segments of each part of the spine, each before its segment. */
function backbone(pose: Pose, pelvis: Vec): Pick<Body, "nodes" | "frames"> & { skull: Vec; head: Vec } {
  const { lum, tho, neck } = pose.spine ?? {};
  const start = bent(starting(pose.frame ?? "stand"), [pose.pitch ?? 0, pose.roll ?? 0, pose.yaw ?? 0]);
  const nodes: Vec[] = [pelvis, add(pelvis, start.up, lengths.pelvis)];
  let frame = start;
  let end = nodes[1] as Vec;
  const segment = (bend: Bend | undefined, parts: number, long: number): Frame => {
    frame = bent(frame, scaled(bend ?? [0, 0, 0], 1 / parts));
    end = add(end, frame.up, long);
    return frame;
  };
  const spinal = (bend: Bend | undefined, parts: number, long: number): Frame => {
    const found = segment(bend, parts, long / parts);
    nodes.push(end);
    return found;
  };
  const lumbar = spinal(lum, 2, lengths.lumbar);
  spinal(lum, 2, lengths.lumbar);
  spinal(tho, 3, lengths.thorax);
  spinal(tho, 3, lengths.thorax);
  const thorax = spinal(tho, 3, lengths.thorax);
  nodes.push(add(end, thorax.up, 3));
  segment(neck, 2, lengths.neck);
  const skull = end;
  const head = segment(neck, 2, lengths.head);
  return { nodes, skull, head: end, frames: { pelvis: start, lumbar, thorax, head } };
}
