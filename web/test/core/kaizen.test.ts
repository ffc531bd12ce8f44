import { describe, expect, test } from "vitest";

import type { Plan } from "../../src/core/api";
import { easeOf } from "../../src/core/kaizen";
import type { KnownLog } from "../../src/core/today";

const plan = {
  revision: { effectiveFrom: "2026-03-01T15:00:00Z" },
  items: { bridge: { kind: "exercise" }, "hurt-and-harm": { kind: "education" } },
} as unknown as Plan;

function log(day: string, changes: Partial<KnownLog> = {}): KnownLog {
  return { day, slug: "bridge", counts: true, ...changes } as KnownLog;
}

describe("the smallest version comes first", () => {
  test("in the first days of a plan", () => {
    expect(easeOf(plan, [], "2026-03-01", "UTC")).toBe("first-days");
    expect(easeOf(plan, [], "2026-03-03", "UTC")).toBe("first-days");
  });

  test("in the first days also once the first exercise is done", () => {
    expect(easeOf(plan, [log("2026-03-01")], "2026-03-02", "UTC")).toBe("first-days");
    expect(easeOf(plan, [log("2026-03-01")], "2026-03-03", "UTC")).toBe("first-days");
    expect(easeOf(plan, [log("2026-03-01"), log("2026-03-03")], "2026-03-04", "UTC")).toBeUndefined();
  });

  test("not because a plan was revised in the middle of a habit", () => {
    expect(easeOf(plan, [log("2026-02-27"), log("2026-03-01")], "2026-03-02", "UTC")).toBeUndefined();
  });

  test("by the days of the place where the person is", () => {
    const late = { ...plan, revision: { effectiveFrom: "2026-03-01T23:00:00Z" } } as Plan;
    expect(easeOf(late, [], "2026-03-04", "Pacific/Auckland")).toBe("first-days");
    expect(easeOf(late, [], "2026-03-04", "America/Denver")).toBe("coming-back");
  });

  test("after three days without an exercise", () => {
    expect(easeOf(plan, [], "2026-03-04", "UTC")).toBe("coming-back");
    expect(easeOf(plan, [log("2026-03-05")], "2026-03-08", "UTC")).toBe("coming-back");
  });

  test("not while there is a habit, however old the plan", () => {
    expect(easeOf(plan, [log("2026-03-20"), log("2026-03-02")], "2026-03-22", "UTC")).toBeUndefined();
  });

  test("also when what was logged was skipped, or was only read", () => {
    const logs = [log("2026-03-20", { counts: false }), log("2026-03-20", { slug: "hurt-and-harm" })];
    expect(easeOf(plan, logs, "2026-03-20", "UTC")).toBe("coming-back");
  });

  test("never without a plan", () => {
    expect(easeOf({ ...plan, revision: null }, [], "2026-03-20")).toBeUndefined();
  });
});
