import { describe, expect, test } from "vitest";
import {
  add,
  change,
  drop,
  exchange,
  inPhase,
  move,
  type Plan,
  remove,
  removeFrom,
  togglePhase,
} from "../../src/console/model/draft";
import type { Item } from "../../src/console/wire";
import { library, phases } from "./library";

const item = (slug: string) => library.get(slug) as Item;
const empty: Plan = { phases, items: [], noFloor: false };
const slugs = (plan: Plan, phase: string) => inPhase(plan, phase).map(({ slug }) => slug);

describe("a plan being built", () => {
  test("an exercise comes with its library dose and its tiny dose", () => {
    const [bridge] = add(empty, item("bridge"), "p3", "a").items;
    expect(bridge).toMatchObject({ id: "a", kind: "exercise", slug: "bridge", phases: ["p3"], side: null, note: null });
    expect(bridge?.dosage).toEqual((item("bridge") as { dose?: unknown }).dose);
    expect(bridge?.tiny?.text.es).toBeTruthy();
  });

  test("changing a prescribed dose leaves the library alone", () => {
    const plan = add(empty, item("bridge"), "p3", "a");
    const dosage = { ...plan.items[0]!.dosage!, sets: 9 };
    expect(change(plan, "a", { dosage }).items[0]?.dosage?.sets).toBe(9);
    expect((item("bridge") as { dose?: { sets: number } }).dose?.sets).not.toBe(9);
  });

  test("the same item is not added to a phase twice", () => {
    const plan = add(empty, item("bridge"), "p3", "a");
    expect(add(plan, item("bridge"), "p3", "b")).toBe(plan);
    expect(add(plan, item("bridge"), "p4", "b").items).toHaveLength(2);
  });

  test("advice and topics are on from their phase to the end", () => {
    const plan = add(empty, item("sitting-breaks"), "p4", "a");
    expect(plan.items[0]?.phases).toEqual(["p4", "p5"]);
    expect(add(plan, item("sitting-breaks"), "p3", "b").items[1]?.phases).toEqual(["p3"]);
  });

  test("an education topic has no dose, an activity only how often", () => {
    const plan = add(add(empty, item("hurt-and-harm"), "p3", "a"), item("sitting-breaks"), "p3", "b");
    expect(plan.items[0]).toMatchObject({ dosage: null, tiny: null });
    expect(plan.items[1]?.dosage).toMatchObject({ timesPerDay: 4, weekdays: 127 });
  });

  test("phases switch on and off in the order of the clock, and the last one stays", () => {
    let plan = add(empty, item("bridge"), "p4", "a");
    plan = togglePhase(plan, "a", "p3");
    expect(plan.items[0]?.phases).toEqual(["p3", "p4"]);
    plan = togglePhase(togglePhase(plan, "a", "p4"), "a", "p3");
    expect(plan.items[0]?.phases).toEqual(["p3"]);
  });

  test("an item does not enter a phase that has it already with another dose", () => {
    const plan = add(add(empty, item("bridge"), "p3", "a"), item("bridge"), "p4", "b");
    expect(togglePhase(plan, "a", "p4")).toBe(plan);
  });

  test("moving passes the neighbour of the same phase and kind, also over other items", () => {
    let plan = add(empty, item("bridge"), "p3", "a");
    plan = add(plan, item("bird-dog"), "p4", "b");
    plan = add(plan, item("hurt-and-harm"), "p3", "c");
    plan = add(plan, item("easy-walk"), "p3", "d");
    expect(slugs(move(plan, "d", "p3", -1), "p3")).toEqual(["easy-walk", "bridge", "hurt-and-harm"]);
    expect(slugs(move(plan, "a", "p3", 1), "p3")).toEqual(["hurt-and-harm", "easy-walk", "bridge"]);
    expect(move(plan, "a", "p3", -1)).toBe(plan);
  });

  test("undo is the value before", () => {
    const before = add(empty, item("bridge"), "p3", "a");
    remove(before, "a");
    expect(before.items).toHaveLength(1);
  });

  test("an exercise is added from a first phase on", () => {
    expect(add(empty, item("bridge"), "p3", "a", "p1").items[0]?.phases).toEqual(["p1", "p2", "p3"]);
  });

  test("an item leaves one phase, and with its last one the plan", () => {
    const plan = togglePhase(add(empty, item("bridge"), "p3", "a"), "a", "p4");
    expect(removeFrom(plan, "a", ["p4"]).items[0]?.phases).toEqual(["p3"]);
    expect(removeFrom(plan, "a", ["p3", "p4"]).items).toEqual([]);
  });

  test("dropping changes the order, or the phase, and never doubles an exercise", () => {
    let plan = add(empty, item("bridge"), "p3", "a");
    plan = add(plan, item("bird-dog"), "p3", "b");
    plan = add(plan, item("easy-walk"), "p3", "c");
    plan = add(plan, item("bridge"), "p4", "d");
    expect(slugs(drop(plan, "c", "p3", "p3", "a"), "p3")).toEqual(["easy-walk", "bridge", "bird-dog"]);
    expect(slugs(drop(plan, "a", "p3", "p3", null), "p3")).toEqual(["bird-dog", "easy-walk", "bridge"]);
    expect(drop(plan, "c", "p3", "p3", null)).toBe(plan);
    expect(drop(plan, "c", "p3", "p3", "c")).toBe(plan);
    const moved = drop(plan, "b", "p3", "p4", "d");
    expect(slugs(moved, "p3")).toEqual(["bridge", "easy-walk"]);
    expect(slugs(moved, "p4")).toEqual(["bird-dog", "bridge"]);
    expect(drop(plan, "a", "p3", "p4", null)).toBe(plan);
  });

  test("another exercise takes the place with its own dose and the same days; a finished phase keeps the first", () => {
    let plan = add(empty, item("bird-dog"), "p3", "a");
    plan = togglePhase(togglePhase(plan, "a", "p4"), "a", "p5");
    plan = change(plan, "a", {
      dosage: { ...plan.items[0]!.dosage!, weekdays: 5 },
      note: { en: "Slow.", es: "Lento." },
    });
    plan = add(plan, item("hands-knees-leg-reach"), "p5", "b");
    const after = exchange(plan, "a", item("hands-knees-leg-reach"), ["p4", "p5"], "c");
    expect(after.items.map(({ id, slug, phases }) => [id, slug, phases])).toEqual([
      ["a", "bird-dog", ["p3"]],
      ["c", "hands-knees-leg-reach", ["p4"]],
      ["b", "hands-knees-leg-reach", ["p5"]],
    ]);
    const other = item("hands-knees-leg-reach") as { dose?: { reps: number } };
    expect(after.items[1]).toMatchObject({ note: null, dosage: { reps: other.dose?.reps, weekdays: 5 } });
  });
});
