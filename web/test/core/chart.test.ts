import { expect, test } from "vitest";

import { path, scale, stretches } from "../../src/core/chart";

const same = (value: number) => value;

test("a day without an answer breaks the line", () => {
  expect(stretches([3, 4, null, null, 0, null, 2], same, same)).toEqual([
    [
      [0, 3],
      [1, 4],
    ],
    [[4, 0]],
    [[6, 2]],
  ]);
});

test("no answers are no lines", () => {
  expect(stretches([null, null], same, same)).toEqual([]);
  expect(stretches([], same, same)).toEqual([]);
});

test("a scale reaches both ends, and puts a single day in the middle", () => {
  const x = scale(5, 10, 50);
  expect([x(0), x(2), x(4)]).toEqual([10, 30, 50]);
  expect(scale(1, 10, 50)(0)).toBe(30);
});

test("a path has short numbers", () => {
  expect(
    path([
      [0, 1 / 3],
      [10, 2],
    ]),
  ).toBe("M0 0.3L10 2");
});
