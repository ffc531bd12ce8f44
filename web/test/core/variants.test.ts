import { describe, expect, test } from "vitest";

import type { Plan } from "../../src/core/api";
import type { ItemToday } from "../../src/core/today";
import { mayBegin, played } from "../../src/core/variants";

const dosage = { sets: 3, reps: 10, durationS: null, holdS: 5, restS: 30, perSide: false };
const lighter = {
  ...{ kind: "exercise", slug: "pelvic-tilt", dose: { ...dosage, perSide: true, sets: 2 } },
  tiny: { sets: 1, reps: 3, durationS: null },
};
const plan = { items: { "pelvic-tilt": lighter } } as unknown as Plan;
const bridge = {
  ...{ slug: "bridge", kind: "exercise", dosage, tiny: { sets: 1, reps: 4, durationS: null }, side: "left" },
  ...{ held: false, timesOpen: 1, content: { kind: "exercise", slug: "bridge", easier: "pelvic-tilt" } },
} as unknown as ItemToday;

describe("an exercise may be begun", () => {
  test("as often as the therapist said, and not while it rests or all is paused", () => {
    expect(mayBegin(bridge, false)).toBe(true);
    expect(mayBegin({ ...bridge, timesOpen: 0 }, false)).toBe(false);
    expect(mayBegin({ ...bridge, held: true }, false)).toBe(false);
    expect(mayBegin(bridge, true)).toBe(false);
  });
});

describe("what is played", () => {
  test("is the dose as prescribed", () => {
    expect(played(bridge, plan, "")).toMatchObject({ dose: dosage, side: "left", variant: "" });
  });

  test("is the smallest dose of the same exercise", () => {
    expect(played(bridge, plan, "tiny")).toMatchObject({ dose: { sets: 1, reps: 4, holdS: 5 }, variant: "tiny" });
  });

  test("is the smallest dose of the easier exercise, never its full one", () => {
    expect(played(bridge, plan, "easier")).toMatchObject({
      content: lighter,
      dose: { sets: 1, reps: 3 },
      side: "left",
    });
  });

  test("names no side of an easier exercise that has none", () => {
    const whole = {
      items: { "pelvic-tilt": { ...lighter, dose: { ...lighter.dose, perSide: false } } },
    } as unknown as Plan;
    expect(played(bridge, whole, "easier")?.side).toBeNull();
  });

  test("is the dose as prescribed where there is no smallest one", () => {
    expect(played({ ...bridge, tiny: null }, plan, "tiny")).toMatchObject({ dose: dosage, variant: "" });
  });

  test("is the exercise itself where the clinic shows no easier one", () => {
    expect(played(bridge, { items: {} } as unknown as Plan, "easier")).toMatchObject({ dose: dosage, variant: "" });
  });
});
