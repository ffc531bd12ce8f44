import { expect, test } from "vitest";
import { basisKind, saysMore } from "../../src/console/model/basis";

test.each([
  ["convention", "convention"],
  ["clinical convention (peripheralization)", "convention"],
  ["traffic-light convention; against the pain before: convention", "convention"],
  ["convention: one good day is no trend", "convention"],
  ["case reports + convention", "partly"],
  ["soreness averages below 72 h (Sante Diciolla 2021); rest convention", "partly"],
  ["law and ethics", "law"],
  ["the notes of the caution tags", "entry"],
  ["the screen's item of this name", "entry"],
  ["NBK52120", "source"],
  ["case report (PM&R 2018)", "source"],
])("the basis “%s” is of the kind %s", (basis, kind) => {
  expect(basisKind(basis)).toBe(kind);
});

test("a note that is only its kind is not shown twice", () => {
  expect(["convention", "law and ethics", "NBK52120"].map(saysMore)).toEqual([false, false, true]);
});
