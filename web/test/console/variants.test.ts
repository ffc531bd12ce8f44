import { expect, test } from "vitest";
import { changedItems } from "../../src/console/model/changed";
import { emptyDocument, ofRevision } from "../../src/console/model/document";
import { add, change, type Prescribed, remove } from "../../src/console/model/draft";
import { steppedDose, suggestionFor } from "../../src/console/model/steps";
import { variantsOf } from "../../src/console/model/variants";
import type { Exercise, Item, Revision } from "../../src/console/wire";
import { library, named, phases } from "./library";

const empty = { phases, items: [], noFloor: false };
const prescribed = (slug: string) => add(empty, library.get(slug) as Item, "p4", slug).items[0] as Prescribed;
const variants = (slug: string) => variantsOf(prescribed(slug), library, named.positions);

test("an exercise has an easier one, a harder one, and a way off the floor", () => {
  expect(variants("bird-dog").easier?.slug).toBe("hands-knees-leg-reach");
  expect(variants("hands-knees-leg-reach").harder?.slug).toBe("bird-dog");
  expect(variants("pelvic-tilt").withoutFloor).toEqual({ position: "sitting" });
  expect(variants("heel-slide").withoutFloor?.exercise?.slug).toBe("high-sit-to-stand");
  expect(variants("sit-to-stand").withoutFloor).toBeUndefined();
});

test("an exercise that is off the floor already needs no way off it", () => {
  const item = { ...prescribed("pelvic-tilt"), bodyPosition: "sitting" };
  expect(variantsOf(item, library, named.positions).withoutFloor).toBeUndefined();
});

test("what is not assigned any more is no alternative", () => {
  const retired = { ...library.get("hands-knees-leg-reach"), retiredAt: "2026-01-01T00:00:00Z" } as Item;
  const items = new Map([...library, ["hands-knees-leg-reach", retired]]);
  expect(variantsOf(prescribed("bird-dog"), items, named.positions).easier).toBeUndefined();
});

test("a suggestion steps within the library's range, and says when there is no step left", () => {
  const source = library.get("bird-dog") as Exercise;
  const item = prescribed("bird-dog");
  const at = (reps: number) => ({ ...item, dosage: { ...item.dosage!, reps } });
  expect(steppedDose(item, source, "progress")?.reps).toBe(8);
  expect(steppedDose(at(9), source, "progress")?.reps).toBe(10);
  expect(steppedDose(at(10), source, "progress")).toBeUndefined();
  expect(steppedDose(item, source, "regress")?.reps).toBe(4);
  expect(steppedDose(at(4), source, "regress")).toBeUndefined();
  expect(steppedDose(item, source, "hold")).toBeUndefined();
});

test("a suggestion belongs to the prescription it was made for", () => {
  const suggestion = { advice: "hold", reason: "pain-during-amber", inputs: {} } as const;
  const all = [{ prescriptionId: "a", slug: "bridge", suggestion }];
  expect([suggestionFor(all, { id: "a" }), suggestionFor(all, { id: "b" })]).toEqual([suggestion, undefined]);
});

test("a draft says what it adds, changes and removes", () => {
  let plan = add(add(empty, library.get("bridge") as Item, "p3", "a"), library.get("bird-dog") as Item, "p3", "b");
  const revision = { phases, prescriptions: plan.items, overlay: [] } as unknown as Revision;
  const document = ofRevision(revision);
  expect(changedItems(document, revision)).toEqual([]);
  plan = add(remove(plan, "b"), library.get("easy-walk") as Item, "p3", "c");
  plan = change(plan, "a", { side: "left" });
  expect(changedItems({ ...document, plan }, revision)).toEqual([
    { code: "changed", slug: "bridge" },
    { code: "added", slug: "easy-walk" },
    { code: "removed", slug: "bird-dog" },
  ]);
  expect(changedItems({ ...emptyDocument(phases), plan }, null).map(({ code }) => code)).toEqual(["added", "added"]);
});
