import { expect, test } from "vitest";
import { additionsTo, beginsIn, isFinished, planNow } from "../../src/console/model/planNow";
import type { NeedlingSession, ProgramView } from "../../src/console/wire";
import { phases } from "./library";

const at = Date.parse("2026-11-27T18:00:00Z");
const hoursAgo = (hours: number) => new Date(at - hours * 3_600_000).toISOString();
const session = (hours: number, needles = true) =>
  ({ endedAt: hoursAgo(hours), muscles: needles ? [{ muscle: "multifidus" }] : [] }) as unknown as NeedlingSession;
const program = (hours: number, phase: string | null) =>
  ({ program: { id: "a", anchorAt: hoursAgo(hours), phase } }) as Pick<ProgramView, "program">;
const none = { program: null };

test("the server's phase is the phase that is on", () => {
  expect(planNow(program(2000, "p4"), [session(20)], phases, at)).toEqual({
    phase: "p4",
    hours: 2000,
    sinceNeedling: 20,
  });
});

test("a program that was never published would run from the last needling of this week, else from now", () => {
  expect(planNow(none, [session(30), session(90)], phases, at)).toMatchObject({ phase: "p1", hours: 30 });
  expect(planNow(none, [session(200)], phases, at)).toMatchObject({ phase: "p0", hours: 0, sinceNeedling: 200 });
  expect(planNow(none, [], phases, at)).toEqual({ phase: "p0", hours: 0, sinceNeedling: null });
  expect(planNow(none, [session(5, false)], phases, at).sinceNeedling).toBeNull();
});

test("a revision that begins later has no phase yet: the clock says which it will be", () => {
  expect(planNow(program(-10, null), [], phases, at)).toMatchObject({ phase: "p0", hours: 0 });
});

test("a phase is finished when a later one is on; without one that is on none is", () => {
  expect(["p2", "p3", "p4", "p5"].map((slug) => isFinished(phases, slug, "p4"))).toEqual([true, true, false, false]);
  expect(isFinished(phases, "p0", undefined)).toBe(false);
});

test("additions go to the chosen phase, and never to a finished one", () => {
  expect(additionsTo(phases, undefined, "p4")).toBe("p4");
  expect(additionsTo(phases, "p5", "p4")).toBe("p5");
  expect(additionsTo(phases, "p3", "p4")).toBe("p4");
  expect(additionsTo(phases, "p3", undefined)).toBe("p3");
});

test("in the first 72 hours additions wait for the phase after them, which the strip does not fold", () => {
  expect(additionsTo(phases, undefined, "p1")).toBe("p3");
  expect(additionsTo(phases, "p1", "p1")).toBe("p3");
});

test("without a needling an exercise of the first phase begins at once", () => {
  const fresh = { phase: "p0", hours: 0, sinceNeedling: null };
  expect(beginsIn(phases, "p3", fresh)).toBe("p0");
  expect(beginsIn(phases, "p4", fresh)).toBe("p4");
  expect(beginsIn(phases, "p3", { ...fresh, sinceNeedling: 0 })).toBe("p3");
  expect(beginsIn(phases, "p4", { phase: "p4", hours: 600, sinceNeedling: null })).toBe("p4");
});
