import { hasFigure, loadFigure } from "figures/index";
import { expect, test } from "vitest";

import { forSide } from "../../src/core/figure";
import { mirror } from "../../src/core/figure/mirror";
import { moment } from "../../src/core/figure/scene";
import { drawings, exercises } from "./library";

test("every exercise, advice and topic of the library has a drawing with a caption in both languages", () => {
  expect(drawings.length).toBeGreaterThan(exercises.length);
  for (const [, { caption }] of drawings) expect([caption.en, caption.es]).not.toContain("");
});

test("the clinic's own exercise has none", async () => {
  expect(hasFigure("own-shoulder-roll")).toBe(false);
  expect(await loadFigure("own-shoulder-roll")).toBeUndefined();
});

test("the drawing of an exercise that is done on each side says which side it shows, and only that", () => {
  const sided = exercises.filter(({ dose }) => dose.per_side).map(({ slug }) => slug);
  expect(drawings.filter(([, { side }]) => side).map(([slug]) => slug)).toEqual(sided);
});

test.each(drawings)("%s mirrored twice is itself", (_, drawing) => {
  expect(mirror(mirror(drawing))).toEqual(drawing);
});

test("a mirrored picture is the same picture, turned round about the middle of the canvas", () => {
  for (const [, drawing] of drawings.filter(([, { side }]) => side)) {
    const [plain, turned] = [moment(drawing, 1), moment(mirror(drawing), 1)];
    expect(turned[0]?.marks).toEqual(plain[0]?.marks);
    expect([plain[0]?.transform, turned[0]?.transform]).toEqual(["matrix(1 0 0 1 0 0)", "matrix(-1 0 0 1 320 0)"]);
  }
});

test("a drawing is turned round only for the side that it does not show", () => {
  const [, right] = drawings.find(([slug]) => slug === "bird-dog")!;
  const [, left] = drawings.find(([slug]) => slug === "wall-side-plank")!;
  const [, neither] = drawings.find(([slug]) => slug === "bridge")!;
  const turned = (drawing: typeof right) =>
    ["right", "left", "both", "middle", null, undefined].map((side) => forSide(drawing, side).mirrored);
  expect(turned(right)).toEqual([false, true, false, false, false, false]);
  expect(turned(left)).toEqual([true, false, false, false, false, false]);
  expect(turned(neither)).toEqual([false, false, false, false, false, false]);
});
