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
});
