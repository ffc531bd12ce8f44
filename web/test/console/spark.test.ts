import { describe, expect, test } from "vitest";
import { spark } from "../../src/console/model/spark";

describe("a pain sparkline", () => {
  test("runs from the left margin to the right one, ten at the top", () => {
    expect(spark([0, 10], 100, 20)).toEqual({ path: "M2 18L98 2", dots: [], last: { x: 98, y: 2 } });
  });

  test("leaves a gap where nothing was entered", () => {
    expect(spark([5, 5, null, 5, 5], 84, 20).path).toBe("M2 10L22 10 M62 10L82 10");
  });

  test("shows a day between two gaps as a dot", () => {
    expect(spark([null, 4, null], 84, 20)).toEqual({ path: "", dots: [{ x: 42, y: 11.6 }], last: { x: 42, y: 11.6 } });
  });

  test("is empty without check-ins; zero is a score, not a gap", () => {
    expect(spark([null, null], 84, 20)).toEqual({ path: "", dots: [], last: null });
    expect(spark([0], 84, 20).last).toEqual({ x: 2, y: 18 });
  });
});
