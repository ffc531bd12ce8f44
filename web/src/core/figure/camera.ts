/** Parallel projection of the world onto the canvas. */

import type { Drawing } from "./drawing.ts";
import { radians, type Vec } from "./vector.ts";

export type Camera = {
  /** Pixels per unit of the world. */
  scale: number;
  /** A point on the canvas (x to the right, y down), and how near it is (more is nearer), all in pixels. */
  at: (point: Vec) => Vec;
  /** A direction on the canvas. */
  along: (direction: Vec) => Vec;
};

export function camera({ view, fit: [scale, left, top] }: Pick<Drawing, "view" | "fit">): Camera {
  const [azimuth, elevation] = view.map(radians) as [number, number];
  const [cosA, sinA, cosE, sinE] = [Math.cos(azimuth), Math.sin(azimuth), Math.cos(elevation), Math.sin(elevation)];
  const along = ([x, y, z]: Vec): Vec => {
    const near = x * sinA + z * cosA;
    return [scale * (x * cosA - z * sinA), scale * (near * sinE - y * cosE), scale * (near * cosE + y * sinE)];
  };
  const at = (point: Vec): Vec => {
    const [x, y, near] = along(point);
    return [left + x, top + y, near];
  };
  return { scale, at, along };
}
