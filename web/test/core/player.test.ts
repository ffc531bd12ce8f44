import fc from "fast-check";
import { describe, expect, test } from "vitest";

import {
  advance,
  amount,
  begin,
  elapsed,
  finished,
  next,
  outcomeOf,
  pause,
  type Player,
  remaining,
  resume,
  type Step,
  stepsOf,
  tinyDose,
} from "../../src/core/player";

const dose = { sets: 1, reps: 3 as number | null, durationS: null as number | null, holdS: 5, restS: 0, perSide: false };
const start = 1_000_000;

function kinds(steps: readonly Step[]): string {
  return steps.map(({ kind, side }) => (side ? `${kind} ${side}` : kind)).join(", ");
}

function playAll(player: Player, now: number): [Player, number] {
  while (!finished(player)) {
    const left = remaining(player, now);
    if (left === undefined) player = next(player, now);
    else player = advance(player, (now += left * 1000));
  }
  return [player, now];
}

describe("the steps of a dose", () => {
  test("of held repetitions hold and let go, and end with the last hold", () => {
    expect(kinds(stepsOf(dose, null))).toBe("ready, hold, release, hold, release, hold");
  });

  test("at one's own pace are one step a set, with rests between", () => {
    expect(kinds(stepsOf({ ...dose, sets: 3, holdS: 0, restS: 30 }, null))).toBe("ready, count, rest, count, rest, count");
  });

  test("without a rest get ready for each set", () => {
    expect(kinds(stepsOf({ ...dose, sets: 2, holdS: 0 }, null))).toBe("ready, count, ready, count");
  });

  test("for each side change sides within a set", () => {
    expect(kinds(stepsOf({ ...dose, sets: 2, holdS: 0, restS: 20, perSide: true }, null))).toBe(
      "ready left, count left, ready right, count right, rest left, count left, ready right, count right",
    );
  });

  test("for one named side have only that one", () => {
    expect(kinds(stepsOf({ ...dose, holdS: 0, perSide: true }, "right"))).toBe("ready right, count right");
  });

  test("of a timed set are one hold", () => {
    expect(stepsOf({ ...dose, reps: null, durationS: 180 }, null)[1]).toMatchObject({ kind: "hold", seconds: 180, reps: 0 });
  });

  test("of the smallest version keep hold and sides", () => {
    const tiny = tinyDose({ sets: 1, reps: 1, durationS: null, text: { en: "", es: "" } }, { ...dose, sets: 3, perSide: true });
    expect(kinds(stepsOf(tiny, null))).toBe("ready left, hold left, ready right, hold right");
  });
});

describe("time", () => {
  test("is read, not counted: after a sleep the player is where it would have been", () => {
    const slept = advance(begin(stepsOf(dose, null), start), start + (5 + 5 + 3 + 2) * 1000);
    expect(slept.at).toBe(3);
    expect(remaining(slept, start + 15_000)).toBe(3);
  });

  test("looking often or seldom makes no difference", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 4000 }), { maxLength: 60 }), (gaps) => {
        const steps = stepsOf(dose, null);
        let often = begin(steps, start);
        let now = start;
        for (const gap of gaps) often = advance(often, (now += gap));
        expect(often).toEqual(advance(begin(steps, start), now));
      }),
    );
  });

  test("stands still while paused", () => {
    let player = advance(begin(stepsOf(dose, null), start), start + 7_000);
    player = pause(player, start + 7_000);
    expect(advance(player, start + 60_000)).toBe(player);
    expect(remaining(player, start + 60_000)).toBe(3);
    player = resume(player, start + 60_000);
    expect(remaining(player, start + 60_000)).toBe(3);
    expect(advance(player, start + 63_000).at).toBe(2);
  });

  test("does not end a set that goes at one's own pace", () => {
    const player = advance(begin(stepsOf({ ...dose, holdS: 0 }, null), start), start + 3_600_000);
    expect(player.at).toBe(1);
    expect(remaining(player, start + 3_600_000)).toBeUndefined();
    expect(finished(next(player, start + 3_600_000))).toBe(true);
  });

  test("never runs backwards when the clock is set back", () => {
    const player = begin(stepsOf(dose, null), start);
    expect(advance(player, start - 60_000).at).toBe(0);
    expect(elapsed(player, start - 60_000)).toBe(0);
  });
});

describe("what is logged", () => {
  const steps = stepsOf({ ...dose, sets: 2, restS: 10 }, null);

  test("at the end is all of it", () => {
    const [player, now] = playAll(begin(steps, start), start);
    expect(amount(player, now)).toEqual({ setsDone: 2, repsDone: 6, secondsDone: 30 });
    expect(outcomeOf(player, now, false)).toBe("completed");
    expect(outcomeOf(player, now, true)).toBe("tiny");
  });

  test("halfway is what was done, with the seconds of a hold that was broken off", () => {
    const now = start + (5 + 5 + 3 + 2) * 1000;
    const player = advance(begin(steps, start), now);
    expect(amount(player, now)).toEqual({ setsDone: 0, repsDone: 1, secondsDone: 7 });
    expect(outcomeOf(player, now, false)).toBe("partly");
  });

  test("before the first repetition is a skip", () => {
    expect(outcomeOf(begin(steps, start), start + 1000, false)).toBe("skipped");
  });

  test("of a dose for each side is counted for one side, as the dose is", () => {
    const [player, now] = playAll(begin(stepsOf({ ...dose, perSide: true }, null), start), start);
    expect(amount(player, now)).toEqual({ setsDone: 1, repsDone: 3, secondsDone: 15 });
  });
});
