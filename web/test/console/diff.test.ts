import { describe, expect, test } from "vitest";
import { add, change, move, type Plan, remove, togglePhase } from "../../src/console/model/draft";
import { differences, summaryOf } from "../../src/console/model/diff";
import type { Item } from "../../src/console/wire";
import { library, phases } from "./library";

const base = ["belly-brace", "bridge", "easy-walk"].reduce<Plan>(
  (plan, slug) => add(plan, library.get(slug) as Item, "p3", slug),
  { phases, items: [] },
);
const dosed = change(base, "bridge", { dosage: { ...base.items[1]!.dosage!, sets: 3, reps: 12 } });
const kinds = (after: Plan) => differences(base, after).map(({ kind }) => kind);
const words = (after: Plan) => summaryOf(differences(base, after), false, library);

describe("what the patient will see changed", () => {
  test("nothing, when nothing changed", () => {
    expect(differences(base, { ...base, items: base.items.map((item) => ({ ...item })) })).toEqual([]);
  });

  test("keys in another order are no change", () => {
    const dosage = Object.fromEntries(Object.entries(base.items[0]!.dosage!).reverse()) as never;
    expect(differences(base, change(base, "belly-brace", { dosage }))).toEqual([]);
  });

  test("each kind of change is told once", () => {
    expect(kinds(add(base, library.get("cat-camel") as Item, "p3", "x"))).toEqual(["added"]);
    expect(kinds(remove(base, "bridge"))).toEqual(["removed"]);
    expect(kinds(dosed)).toEqual(["dose"]);
    expect(kinds(togglePhase(base, "bridge", "p4"))).toEqual(["phases"]);
    expect(kinds(change(base, "bridge", { note: { en: "Slow", es: "Lento" } }))).toEqual(["note"]);
    expect(kinds(move(base, "easy-walk", "p3", -1))).toEqual(["order"]);
    expect(kinds(change(base, "bridge", { side: "left" }))).toEqual(["dose"]);
  });

  test("removing one does not count as reordering the others", () => {
    expect(kinds(remove(base, "belly-brace"))).toEqual(["removed"]);
  });

  test("everything is new in a first program", () => {
    expect(differences(null, base).map(({ kind }) => kind)).toEqual(["added", "added", "added"]);
    expect(summaryOf(differences(null, base), true, library).es).toBe("Este es su plan. Empiece poco a poco: lo pequeño también cuenta.");
  });

  test("the wording names items and doses in both languages", () => {
    const after = remove(dosed, "easy-walk");
    expect(words(after).en).toMatch(/^No longer in your plan: .+\. .+ is now 3 × 12/);
    expect(words(after).es).toMatch(/^Ya no está en su plan: .+\. .+ ahora es 3 × 12/);
  });

  test("the wording fits what the server takes, in whole sentences", () => {
    const all = [...library.values()].filter(({ kind }) => kind === "exercise").slice(0, 30);
    const after = all.reduce((plan, item) => add(plan, item, "p4", `new-${item.slug}`), remove(dosed, "easy-walk"));
    expect(words(after).en.length).toBeLessThanOrEqual(500);
    expect(words(after).en).toMatch(/[.…]$/);
  });
});
