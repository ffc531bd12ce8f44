import { describe, expect, test } from "vitest";
import { add, change, type Plan, togglePhase } from "../../src/console/model/draft";
import { ofItem, type Surroundings, type Warning, warningsOf } from "../../src/console/model/warnings";
import type { PlanNow } from "../../src/console/model/planNow";
import type { Item } from "../../src/console/wire";
import { library, phases, unsigned } from "./library";

const around: Surroundings = { library, needled: [], draftsAllowed: false, mostInFirstWeek: 3 };
/** In the third phase, ten hours after another needling. */
const resting: PlanNow = { phase: "p3", hours: 200, sinceNeedling: 10 };
const codes = (found: readonly Warning[]) => found.map(({ code }) => code);

function planOf(phase: string, ...slugs: string[]): Plan {
  return slugs.reduce((plan, slug) => add(plan, library.get(slug) as Item, phase, slug), { phases, items: [] } as Plan);
}

describe("warnings", () => {
  test("more than three exercises at once in the first week is a warning, not a wall", () => {
    const four = ["belly-brace", "bridge", "easy-walk", "cat-camel"];
    expect(warningsOf(planOf("p3", ...four), around)).toContainEqual({
      code: "too-many",
      phase: "p3",
      count: 4,
      most: 3,
    });
    expect(codes(warningsOf(planOf("p3", ...four.slice(1)), around))).not.toContain("too-many");
    expect(codes(warningsOf(planOf("p4", ...four), around))).not.toContain("too-many");
  });

  test("advice and topics do not count as exercises", () => {
    const plan = planOf("p3", "bridge", "easy-walk", "sitting-breaks", "hurt-and-harm", "start-small");
    expect(codes(warningsOf(plan, around))).not.toContain("too-many");
  });

  test("an exercise that strengthens or stretches a needled muscle says which", () => {
    const plan = planOf("p3", "seated-side-bend", "easy-walk");
    const found = warningsOf(plan, { ...around, needled: ["quadratus-lumborum"], now: resting });
    expect(found.filter(({ code }) => code === "needled")).toEqual([
      { code: "needled", id: "seated-side-bend", muscles: ["quadratus-lumborum"], phases: ["p3"] },
    ]);
  });

  test("an exercise tells of a strong helper that was needled, and not of a light one", () => {
    const needled = { ...around, needled: ["multifidus"], now: resting };
    expect(codes(ofItem(warningsOf(planOf("p3", "bridge"), needled), "bridge"))).toContain("needled");
    expect(codes(ofItem(warningsOf(planOf("p3", "belly-brace"), needled), "belly-brace"))).not.toContain("needled");
  });

  test("caution tags are told", () => {
    expect(codes(ofItem(warningsOf(planOf("p3", "belly-brace"), around), "belly-brace"))).toContain("caution");
  });

  test("caution tags that hold for this patient are told apart from the others", () => {
    const plan = planOf("p3", "belly-brace");
    const [tag] = (library.get("belly-brace") as { cautionTags: string[] }).cautionTags as [string];
    const found = ofItem(warningsOf(plan, { ...around, cautions: [tag] }), "belly-brace");
    expect(found).toContainEqual({ code: "own-caution", id: "belly-brace", tags: [tag] });
    expect(found.some((one) => one.code === "caution" && one.tags.includes(tag))).toBe(false);
  });

  test("an item before its phase is told", () => {
    expect(warningsOf(planOf("p0", "bridge"), around)).toContainEqual({
      code: "early",
      id: "bridge",
      from: expect.any(String) as unknown,
    });
    expect(codes(warningsOf(planOf("p5", "bridge"), around))).not.toContain("early");
  });

  test("an unsigned item is told unless the clinic shows drafts", () => {
    const plan = planOf("p3", "easy-walk");
    expect(codes(warningsOf(plan, { ...around, library: unsigned("easy-walk") }))).toContain("unsigned");
    expect(codes(warningsOf(plan, { ...around, library: unsigned("easy-walk"), draftsAllowed: true }))).not.toContain(
      "unsigned",
    );
  });

  test("a dose outside the library's range and a tiny dose above the dose are told", () => {
    const plan = planOf("p3", "belly-brace");
    const dosage = plan.items[0]!.dosage!;
    const many = change(plan, "belly-brace", { dosage: { ...dosage, reps: 11 } });
    expect(warningsOf(many, around)).toContainEqual({
      code: "range",
      id: "belly-brace",
      field: "reps",
      least: 5,
      most: 10,
    });
    const few = change(plan, "belly-brace", { dosage: { ...dosage, sets: 1, reps: 1 } });
    expect(codes(warningsOf(few, around))).toContain("tiny");
  });

  test("a note needs both languages", () => {
    const plan = change(planOf("p3", "easy-walk"), "easy-walk", { note: { en: "Flat ground", es: " " } });
    expect(codes(warningsOf(plan, around))).toContain("half-note");
  });
});

describe("warnings at the patient's time", () => {
  const needled = { ...around, needled: ["quadratus-lumborum"] };
  const bend = (phase: string, now?: PlanNow) =>
    codes(warningsOf(planOf(phase, "seated-side-bend"), { ...needled, now })).includes("needled");

  test("a muscle rests in the phases that the next 48 hours reach, and in no other", () => {
    expect(bend("p3", resting)).toBe(true);
    expect(bend("p3", { ...resting, sinceNeedling: 48 })).toBe(false);
    expect(bend("p3", { ...resting, sinceNeedling: null })).toBe(false);
    expect(bend("p4", resting)).toBe(false);
    expect(bend("p5", { phase: "p4", hours: 1400, sinceNeedling: 1 })).toBe(false);
    // Forty hours before the next phase begins, and 47 hours of rest to come.
    expect(bend("p4", { phase: "p3", hours: 464, sinceNeedling: 1 })).toBe(true);
  });

  test("after each needling it rests on the first two days, on the third no more", () => {
    expect([bend("p0"), bend("p1"), bend("p2")]).toEqual([true, true, false]);
  });

  test("a shared item warns in the phase in which it is true", () => {
    const plan = togglePhase(planOf("p4", "seated-side-bend"), "seated-side-bend", "p5");
    const found = warningsOf(plan, { ...needled, now: { phase: "p4", hours: 800, sinceNeedling: 5 } });
    expect(codes(ofItem(found, "seated-side-bend", "p4"))).toContain("needled");
    expect(codes(ofItem(found, "seated-side-bend", "p5"))).not.toContain("needled");
  });

  test("too many in the first week is said in the first week alone", () => {
    const plan = planOf("p3", "belly-brace", "bridge", "easy-walk", "cat-camel");
    const at = (hours: number, phase: string) =>
      codes(warningsOf(plan, { ...around, now: { phase, hours, sinceNeedling: hours } })).includes("too-many");
    expect([at(80, "p3"), at(167, "p3"), at(168, "p3"), at(600, "p4")]).toEqual([true, true, false, false]);
  });

  test("a finished phase warns only of what the server refuses", () => {
    const plan = planOf("p3", "dead-bug");
    const now = { phase: "p4", hours: 600, sinceNeedling: 600 };
    expect(codes(warningsOf(plan, { ...around, now }))).toEqual([]);
    const dosage = { ...plan.items[0]!.dosage!, sets: 1, reps: 1 };
    const small = change(plan, "dead-bug", { dosage, tiny: { ...plan.items[0]!.tiny!, reps: 5 } });
    expect(codes(warningsOf(small, { ...around, now }))).toEqual(["tiny"]);
  });

  test("an overdue review concerns only what is newly assigned", () => {
    const item = { ...library.get("bridge"), renewal: "overdue" } as Item;
    const overdue = { ...around, library: new Map([...library, ["bridge", item]]) };
    expect(codes(warningsOf(planOf("p3", "bridge"), overdue))).toContain("review-overdue");
    const assigned = new Set(["bridge"]);
    expect(codes(warningsOf(planOf("p3", "bridge"), { ...overdue, assigned }))).not.toContain("review-overdue");
  });
});
