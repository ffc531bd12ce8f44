/** Floor mats, walls, chairs and the like: they never move, so the build draws them. */

import { type Camera } from "../../src/core/figure/camera.ts";
import type { Gear, Ink, Mark } from "../../src/core/figure/drawing.ts";
import { line } from "../../src/core/figure/outline.ts";
import type { Vec } from "../../src/core/figure/vector.ts";
import { type Box, type Chair, type Piece, pieceOf, type Prop } from "./document.ts";

export function furniture(props: readonly Prop[], camera: Camera): Mark[] {
  return props.flatMap((prop) => drawn(pieceOf(prop), camera));
}

/** The objects that move with the body; the page draws them. */
export function gear(props: readonly Prop[]): Gear[] {
  return props.map(pieceOf).flatMap(([kind, measures]): Gear[] => {
    switch (kind) {
      case "stick":
        return [{ kind }];
      case "bag":
        return [{ kind, at: measures }];
      case "strap":
      case "line":
        return [{ kind, ...measures }];
      default:
        return [];
    }
  });
}

function drawn([kind, measures]: Piece, { at, scale }: Camera): Mark[] {
  const block = (ink: Ink, box: Box): Mark => [ink, `${line(hull(corners(box).map(at)))}z`];
  switch (kind) {
    case "mat": {
      const [x0, x1, z = 30] = measures;
      return [block("mat", [x0, x1, 0, 0, -z, z])];
    }
    case "box":
      return [block(measures[6] === "w" ? "wall" : "seat", measures.slice(0, 6) as Box)];
    case "pillow":
      return [block("seat", measures)];
    case "round": {
      const { from, to = from, r, ink } = measures;
      return [[ink, `${line(hull([...rim(at(from), r * scale), ...rim(at(to), r * scale)]))}z`]];
    }
    case "wall": {
      const [x, height = 175, z = 32] = measures;
      return [block("wall", [x, x + 5, 0, height, -z, z])];
    }
    case "frame": {
      const { x = 0, z = 0, h = 190 } = measures;
      return [block("wall", [x, x + 7, 0, h, z - 4, z + 4])];
    }
    case "counter": {
      const [x0, x1, height, z = 24] = measures;
      return [
        block("wall", [x0 + 4, x1, 0, height - 4, -z + 4, z - 4]),
        block("seat", [x0, x1, height - 4, height, -z, z]),
      ];
    }
    case "chair":
      return chair(measures, block, at);
    default:
      return [];
  }
}

function chair(value: Chair, block: (ink: Ink, box: Box) => Mark, at: Camera["at"]): Mark[] {
  const { x = 0, z = 0, h = 44, face = "+x", w = 20, back = 42, cushion = 0 } = value;
  const legs = [
    [-1, -1],
    [1, -1],
    [-1, 1],
    [1, 1],
  ] as const;
  const feet = legs.map(([right, near]): Mark => {
    const [footX, footZ] = [x + right * (w - 2), z + near * (w - 2)];
    return ["leg", line([at([footX, 0, footZ]), at([footX, h - 3, footZ])])];
  });
  const rests: Record<string, Box> = {
    "+x": [x - w - 3, x - w, h, h + back, z - w, z + w],
    "-x": [x + w, x + w + 3, h, h + back, z - w, z + w],
    "+z": [x - w, x + w, h, h + back, z - w - 3, z - w],
    "-z": [x - w, x + w, h, h + back, z + w, z + w + 3],
  };
  const rest = back ? [block("wall", rests[face] as Box)] : [];
  const seat = block("seat", [x - w, x + w, h - 4, h, z - w, z + w]);
  const soft = cushion ? [block("bag", [x - w + 2, x + w - 2, h, h + cushion, z - w + 2, z + w - 2])] : [];
  return [...feet, ...rest, seat, ...soft];
}

/** A circle on the canvas. */
function rim([x, y, near]: Vec, radius: number): Vec[] {
  const turns = Array.from({ length: 20 }, (_, i) => (i * Math.PI) / 10);
  return turns.map((turn) => [x + radius * Math.cos(turn), y + radius * Math.sin(turn), near]);
}

function corners([x0, x1, y0, y1, z0, z1]: Box): Vec[] {
  return [x0, x1].flatMap((x) => [y0, y1].flatMap((y) => [z0, z1].map((z): Vec => [x, y, z])));
}

/** The convex hull on the canvas (Andrew's monotone chain). */
function hull(points: readonly Vec[]): Vec[] {
  const sorted = [...points].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const turn = (o: Vec, a: Vec, b: Vec): number => (a[0] - o[0]) * (b[1] - o[1]) - (a[1] - o[1]) * (b[0] - o[0]);
  const half = (along: readonly Vec[]): Vec[] => {
    const kept: Vec[] = [];
    for (const next of along) {
      while (kept.length > 1 && turn(kept.at(-2) as Vec, kept.at(-1) as Vec, next) <= 0) kept.pop();
      kept.push(next);
    }
    return kept.slice(0, -1);
  };
  return [...half(sorted), ...half(sorted.toReversed())];
}
