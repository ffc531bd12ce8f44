import { expect, test } from "vitest";
import { add, change, type Plan, togglePhase } from "../../src/console/model/draft";
import { templateOf } from "../../src/console/model/template";
import type { Item } from "../../src/console/wire";
import { library, phases } from "./library";

test("a template keeps each exercise in each of its phases with its dose, advice and topics once", () => {
  const slugs = ["bridge", "sitting-breaks", "hurt-and-harm"];
  let plan = slugs.reduce<Plan>((built, slug) => add(built, library.get(slug) as Item, "p3", slug), {
    phases,
    items: [],
  });
  plan = togglePhase(togglePhase(plan, "bridge", "p4"), "sitting-breaks", "p4");
  const dosage = { ...plan.items[0]!.dosage!, sets: 4 };
  const title = { en: "Mine", es: "Mía" };
  expect(templateOf(change(plan, "bridge", { dosage }), title)).toEqual({
    title,
    kind: "plan",
    activity: ["sitting-breaks"],
    education: ["hurt-and-harm"],
    noFloor: false,
    items: [
      { phase: "p3", exercise: "bridge", dosage },
      { phase: "p4", exercise: "bridge", dosage },
    ],
  });
});
