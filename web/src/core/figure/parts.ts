/** The body as overlapping shapes - four limbs, trunk with neck, head - and which of them lies before which. */

import { radii, trunk } from "./anatomy.ts";
import type { Camera } from "./camera.ts";
import { arm, face, leg } from "./dress.ts";
import type { Drawing, Mark, PartName } from "./drawing.ts";
import { capsule, smooth } from "./outline.ts";
import { type Body, sides, trunkFrame } from "./skeleton.ts";
import { add, dot, length, type Vec } from "./vector.ts";

/** `worn`: skin, clothes and hair in the order in which they are painted. `d`: the outline of all of them. */
export type Part = { name: PartName; near: number; far: boolean; worn: Mark[]; d: string };

/** The parts in the order in which they are painted. */
export function parts(body: Body, drawing: Drawing, camera: Camera): Part[] {
  const found = [
    ...limbs(body, camera),
    torso(body, camera),
    part("head", camera.at(body.at.head)[2], face(body, camera)),
  ];
  arrange(found, body, drawing, camera);
  return found.sort((a, b) => a.near - b.near);
}

function limbs({ limbs }: Body, camera: Camera): Part[] {
  const { at } = camera;
  return (["leg", "arm"] as const).flatMap((kind) =>
    sides.map((side) => {
      const limb = limbs[`${kind}${side}`];
      const near = (at(limb.root)[2] + 2 * at(limb.joint)[2] + at(limb.end)[2]) / 4;
      return part(`${kind}${side}`, near, (kind === "leg" ? leg : arm)(limb, camera));
    }),
  );
}

function torso(body: Body, { at, along, scale }: Camera): Part {
  const nodes = [add(body.at.pelvis, body.frames.pelvis.up, -7), ...body.nodes];
  const left: [number, number][] = [];
  const right: [number, number][] = [];
  trunk.forEach(([depth, width, share], i) => {
    const [x, y] = at(nodes[i] as Vec);
    const before = at(nodes[Math.max(0, i - 1)] as Vec);
    const after = at(nodes[Math.min(nodes.length - 1, i + 1)] as Vec);
    const [dx, dy] = [after[0] - before[0], after[1] - before[1]];
    const long = Math.hypot(dx, dy) || 1;
    const across: Vec = [-dy / long, dx / long, 0];
    const frame = trunkFrame(body, i - 1);
    // How far an ellipse with these half axes reaches across the spine, as seen from here.
    const front = dot(along(frame.front), across);
    const reach = Math.hypot(depth * front, width * dot(along(frame.right), across));
    const swollen = body.belly * share * Math.abs(front);
    const [reachLeft, reachRight] = [reach + (front > 0 ? swollen : 0), reach + (front < 0 ? swollen : 0)];
    left.push([x + across[0] * reachLeft, y + across[1] * reachLeft]);
    right.push([x - across[0] * reachRight, y - across[1] * reachRight]);
  });
  const neck = capsule(at(body.at.neck), radii.neck[0] * scale, at(body.at.skull), radii.neck[1] * scale);
  const near = (at(body.at.lumbar)[2] + at(body.at.chest)[2] + at(body.at.pelvis)[2]) / 3;
  return part("torso", near, [
    ["skin", neck],
    ["shirt", smooth([...left, ...right.reverse()])],
  ]);
}

/** The share of its width by which one of two limbs must lie behind the other to be drawn pale and behind the trunk. */
const pale = 0.45;

function arrange(found: Part[], body: Body, drawing: Drawing, { at, scale }: Camera): void {
  const named = Object.fromEntries(found.map((one) => [one.name, one])) as Record<PartName, Part>;
  const { torso, head } = named;
  for (const [limb, joint, step] of [
    ["leg", "hip", 1],
    ["arm", "shoulder", 2],
  ] as const) {
    const [right, left] = [body.at[`${joint}R`], body.at[`${joint}L`]];
    const apart = at(right)[2] - at(left)[2];
    if (Math.abs(apart) > pale * length(add(right, left, -1)) * scale) {
      const [far, near] = apart > 0 ? [named[`${limb}L`], named[`${limb}R`]] : [named[`${limb}R`], named[`${limb}L`]];
      far.far = !drawing.nearby.includes(far.name);
      far.near = Math.min(far.near, torso.near - 1);
      near.near = Math.max(near.near, torso.near + step);
    }
  }
  head.near = Math.max(head.near, torso.near + 0.5);
  for (const name of drawing.front) named[name].near = Infinity;
  for (const name of drawing.behind) named[name].near = -Infinity;
}

function part(name: PartName, near: number, worn: Mark[]): Part {
  return { name, near, far: false, worn, d: worn.map(([, d]) => d).join("") };
}
