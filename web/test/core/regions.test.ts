import { regions } from "instrument/regions";
import { describe, expect, test } from "vitest";

import type { BodyRegion } from "../../src/core/api";
import { sidesOf, toggleSide } from "../../src/core/regions";
import { parts } from "../../src/patient/parts/bodyParts";

const left: BodyRegion[] = [{ slug: "calf", side: "left" }];

describe("a tap on the body map", () => {
  test("adds a side, makes both of two, and takes each away again", () => {
    const both = toggleSide(left, "calf", "right");
    expect(both).toEqual([{ slug: "calf", side: "both" }]);
    expect(sidesOf(both, "calf")).toEqual(["left", "right"]);
    expect(toggleSide(both, "calf", "left")).toEqual([{ slug: "calf", side: "right" }]);
    expect(toggleSide(left, "calf", "left")).toEqual([]);
  });

  test("leaves other regions alone", () => {
    expect(toggleSide(left, "foot", "right")).toEqual([...left, { slug: "foot", side: "right" }]);
  });

  test("on a region without sides is on or off", () => {
    expect(toggleSide([], "tailbone", null)).toEqual([{ slug: "tailbone", side: "middle" }]);
    expect(toggleSide([{ slug: "tailbone", side: "middle" }], "tailbone", null)).toEqual([]);
  });
});

describe("the map", () => {
  test("shows every region of the instrument, except where the needle went in, which is nowhere in particular", () => {
    const shown = new Set(parts.map(({ slug }) => slug));
    expect(regions.map(({ slug }) => slug).filter((slug) => !shown.has(slug))).toEqual(["needle-site"]);
  });

  test("has sides exactly where the instrument has them", () => {
    for (const { slug, side } of parts) {
      expect(regions.find((region) => region.slug === slug)?.lateral, slug).toBe(side !== null);
    }
  });

  test("is touched on areas of at least 49 by 49, each with its own dot and no other", () => {
    for (const { slug, hit } of parts) {
      const [xs, ys] = [corners(hit).map(([x]) => x), corners(hit).map(([, y]) => y)];
      expect(Math.min(Math.max(...xs) - Math.min(...xs), Math.max(...ys) - Math.min(...ys)), slug).toBeGreaterThan(48);
    }
    for (const view of ["back", "front"] as const) {
      const left = parts.filter((part) => part.view === view && !part.mirrored);
      for (const { slug, dot } of left) {
        expect(left.filter(({ hit }) => inside(corners(hit), dot)).map((part) => part.slug)).toEqual([slug]);
      }
    }
  });
});

/** The corners of an area whose path knows M, L, H and V. */
function corners(path: string): [number, number][] {
  let [x, y] = [0, 0];
  return [...path.matchAll(/([MLHV])([\d.]+)(?: ([\d.]+))?/g)].map(([, kind, a, b]): [number, number] => {
    if (kind === "V") y = Number(a);
    else x = Number(a);
    if (b !== undefined) y = Number(b);
    return [x, y];
  });
}

/** Whether a point lies inside a polygon, by the edges that a ray to the right of it crosses. */
function inside(polygon: [number, number][], [x, y]: readonly [number, number]): boolean {
  const crossed = polygon.filter(([x1, y1], i) => {
    const [x2, y2] = polygon[(i + 1) % polygon.length]!;
    return y1 > y !== y2 > y && x < x1 + ((y - y1) / (y2 - y1)) * (x2 - x1);
  });
  return crossed.length % 2 === 1;
}
