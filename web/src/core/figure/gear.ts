/** Objects that move with the body: a stick along the back, a bag in a hand, a strap around a foot. */

import type { Camera } from "./camera.ts";
import type { Gear, Mark, Point } from "./drawing.ts";
import { line, number, point } from "./outline.ts";
import type { Body } from "./skeleton.ts";
import { add, direction, type Vec } from "./vector.ts";

export function gear(pieces: readonly Gear[], body: Body, camera: Camera): Mark[] {
  return pieces.flatMap((piece) => carried(piece, body, camera));
}

function carried(piece: Gear, body: Body, { at, scale }: Camera): Mark[] {
  const end = (where: Point | Vec): Vec => (typeof where === "string" ? body.at[where] : where);
  if (piece.kind === "bag") {
    const [x, y] = at(body.at[piece.at]);
    const by = (dx: number, dy: number): string => point([x + dx * scale, y + dy * scale]);
    const sides = `l${point([2 * scale, 20 * scale])}h${number(-22 * scale)}`;
    return [
      ["handle", `M${by(-5, 9)}Q${by(0, -7)} ${by(5, 9)}`],
      ["bag", `M${by(-9, 9)}h${number(18 * scale)}${sides}z`],
    ];
  }
  if (piece.kind === "stick") {
    const { tail, occiput } = body.at;
    const along = direction(tail, occiput);
    const d = line([at(add(tail, along, -14)), at(add(occiput, along, 16))]);
    return [
      ["stickHalo", d],
      ["stick", d],
    ];
  }
  return [[piece.kind === "strap" ? "strap" : "leg", line([at(end(piece.from)), at(end(piece.to))])]];
}
