import { expect, test, vi } from "vitest";

import { play, repetitionSeconds, stage } from "../../src/core/figure";
import { drawings } from "./library";
import { FakeElement, fakePage, fakeSvg } from "./page";

const [, drawing] = drawings.find(([slug]) => slug === "bird-dog")!;

function paths(root: FakeElement): (string | undefined)[] {
  return root.children.flatMap((group) => group.children.map(({ attributes }) => attributes["d"]));
}

test("the next moment reuses the elements and sets only what changed", () => {
  const { svg, root } = fakeSvg();
  const shown = stage(svg);
  shown.moment(drawing, 0);
  const elements = root.children[0]!.children.slice();
  FakeElement.writes = 0;
  shown.moment(drawing, 0);
  expect(FakeElement.writes).toBe(0);
  shown.moment(drawing, 0.5);
  expect(root.children[0]!.children).toEqual(elements);
  // Six parts in up to four marks, two highlights; furniture and floor stay.
  expect(FakeElement.writes).toBeLessThanOrEqual(26);
});

test("key poses get a group each, and one moment has one again", () => {
  const { svg, root } = fakeSvg();
  const shown = stage(svg);
  shown.keyPoses(drawing);
  expect(root.children).toHaveLength(2);
  shown.moment(drawing, 1);
  expect(root.children).toHaveLength(1);
  const fresh = fakeSvg();
  stage(fresh.svg).moment(drawing, 1);
  expect(root.children[0]!.children.map(({ attributes }) => attributes)).toEqual(
    fresh.root.children[0]!.children.map(({ attributes }) => attributes),
  );
});

test("no element gets a style", () => {
  const { svg, root } = fakeSvg();
  stage(svg).still(drawing);
  const all = root.children.flatMap((group) => [group, ...group.children]);
  expect(all.filter(({ attributes }) => "style" in attributes)).toEqual([]);
});

test("a figure moves only while it is seen, and goes on where it was", () => {
  const page = fakePage();
  const { svg, root } = fakeSvg();
  const shown = stage(svg);
  shown.still(drawing);
  play(svg, drawing, shown, vi.fn());
  expect(page.waiting()).toBe(false);
  page.see(true);
  page.frames(40);
  const before = paths(root);
  page.see(false);
  expect(page.waiting()).toBe(false);
  page.see(true);
  page.frames(1, 60_000);
  expect(paths(root)).toEqual(before);
  page.frames(1);
  expect(paths(root)).not.toEqual(before);
});

test("it stops after five repetitions in the pose that holds still", () => {
  const page = fakePage();
  const { svg, root } = fakeSvg();
  const shown = stage(svg);
  const ended = vi.fn();
  shown.still(drawing);
  const picture = paths(root);
  play(svg, drawing, shown, ended);
  page.see(true);
  page.frames(Math.floor((5 * repetitionSeconds(drawing)) / 0.04) - 1);
  expect(ended).not.toHaveBeenCalled();
  page.frames(4);
  expect(ended).toHaveBeenCalledOnce();
  expect(page.waiting()).toBe(false);
  expect(paths(root)).toEqual(picture);
});

test("it goes on for as long as a step of the player lasts", () => {
  const page = fakePage();
  const { svg } = fakeSvg();
  const ended = vi.fn();
  const stop = play(svg, drawing, stage(svg), ended, Infinity);
  page.see(true);
  page.frames(Math.ceil((20 * repetitionSeconds(drawing)) / 0.04));
  expect(ended).not.toHaveBeenCalled();
  expect(page.waiting()).toBe(true);
  stop();
});

test("what stops it leaves no frame behind", () => {
  const page = fakePage();
  const { svg } = fakeSvg();
  const stop = play(svg, drawing, stage(svg), vi.fn());
  page.see(true);
  stop();
  expect(page.waiting()).toBe(false);
  page.see(true);
  expect(page.waiting()).toBe(false);
});
