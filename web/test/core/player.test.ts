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

const dose = {
  sets: 1,
  reps: 3 as number | null,
  durationS: null as number | null,
  holdS: 5,
  restS: 0,
  perSide: false,
};
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
    expect(kinds(stepsOf({ ...dose, sets: 3, holdS: 0, restS: 30 }, null))).toBe(
      "ready, count, rest, count, rest, count",
    );
  });

  test("without a rest get ready for each set", () => {
    expect(kinds(stepsOf({ ...dose, sets: 2, holdS: 0 }, null))).toBe("ready, count, ready, count");
  });

  test("for each side change sides within a set", () => {
    expect(kinds(stepsOf({ ...dose, sets: 2, holdS: 0, restS: 20, perSide: true }, null))).toBe(
      "ready left, count left, ready right, count right, rest left, count left, ready right, count right",
    );
  });

  test("rest as long as prescribed, and say for which set and side the rest is", () => {
    const rest = stepsOf({ ...dose, sets: 2, holdS: 0, restS: 20 }, "right").find(({ kind }) => kind === "rest");
    expect(rest).toEqual({ kind: "rest", seconds: 20, set: 2, side: "right" });
  });

  test("for one named side have only that one", () => {
    expect(kinds(stepsOf({ ...dose, holdS: 0, perSide: true }, "right"))).toBe("ready right, count right");
  });

  test("of a timed set are one hold", () => {
    expect(stepsOf({ ...dose, reps: null, durationS: 180 }, null)[1]).toMatchObject({
      kind: "hold",
      seconds: 180,
      reps: 0,
    });
  });

  test("of the smallest version keep hold and sides", () => {
    const tiny = tinyDose(
      { sets: 1, reps: 1, durationS: null, text: { en: "", es: "" } },
      { ...dose, sets: 3, perSide: true },
    );
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

  test("counts down from the whole of a step to one, and never shows zero", () => {
    const hold = advance(begin(stepsOf(dose, null), start), start + 5_000);
    expect([0, 1, 999, 1_000, 4_001, 4_999, 5_000].map((after) => remaining(hold, start + 5_000 + after))).toEqual([
      5, 5, 5, 4, 1, 1, 1,
    ]);
  });

  test("of a sleep over a rest and several steps is all behind it", () => {
    const slept = advance(
      begin(stepsOf({ ...dose, sets: 2, restS: 30 }, null), start),
      start + (5 + 21 + 30 + 5 + 3 + 1) * 1000,
    );
    expect(slept.steps[slept.at]).toMatchObject({ kind: "hold", set: 2, rep: 2 });
    expect(remaining(slept, start + 65_000)).toBe(4);
  });

  test("of a step that was ended by hand begins again with the next one", () => {
    const [skipped, at] = [next(begin(stepsOf(dose, null), start), start + 2_000), start + 2_000];
    expect(remaining(skipped, at)).toBe(5);
    expect(advance(skipped, at + 4_999).at).toBe(1);
    expect(advance(skipped, at + 5_000).at).toBe(2);
  });

  test("of a step that was ended while paused stands still in the next one", () => {
    const paused = pause(begin(stepsOf(dose, null), start), start + 1_000);
    const skipped = next(paused, start + 9_000);
    expect([skipped.at, elapsed(skipped, start + 60_000)]).toEqual([1, 0]);
    expect(advance(skipped, start + 60_000).at).toBe(1);
    expect(remaining(resume(skipped, start + 60_000), start + 62_000)).toBe(3);
  });

  test("is not lost by pausing twice", () => {
    const paused = pause(begin(stepsOf(dose, null), start), start + 1_000);
    expect(remaining(resume(pause(paused, start + 30_000), start + 40_000), start + 40_000)).toBe(4);
  });

  test("does not run past the end", () => {
    const [done, now] = playAll(begin(stepsOf(dose, null), start), start);
    expect(next(done, now + 1_000)).toEqual(done);
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

  test("of a dose for each side is counted over both sides", () => {
    const [player, now] = playAll(begin(stepsOf({ ...dose, perSide: true }, null), start), start);
    expect(amount(player, now)).toEqual({ setsDone: 1, repsDone: 6, secondsDone: 30 });
  });

  test("of sets at one's own pace is each set that was tapped", () => {
    const counted = stepsOf({ ...dose, sets: 2, reps: 8, holdS: 0, restS: 30 }, null);
    const first = next(advance(begin(counted, start), start + 5_000), start + 9_000);
    expect(amount(first, start + 9_000)).toEqual({ setsDone: 1, repsDone: 8, secondsDone: 0 });
    expect(outcomeOf(first, start + 9_000, false)).toBe("partly");
  });

  test("of a set at a spoken pace is the repetitions whose time has passed", () => {
    const spoken = stepsOf({ ...dose, reps: 8, holdS: 0 }, null, 4);
    const set = advance(begin(spoken, start), start + 5_000);
    expect([0, 3_999, 4_000, 31_999].map((after) => amount(set, start + 5_000 + after).repsDone)).toEqual([0, 0, 1, 7]);
    const done = advance(set, start + 37_000);
    expect(finished(done)).toBe(true);
    expect(amount(done, start + 37_000)).toEqual({ setsDone: 1, repsDone: 8, secondsDone: 0 });
  });

  test("of a timed set is its seconds, and never a repetition", () => {
    const player = advance(begin(stepsOf({ ...dose, reps: null, durationS: 60 }, null), start), start + 15_000);
    expect(amount(player, start + 15_000)).toEqual({ setsDone: 0, repsDone: 0, secondsDone: 10 });
    expect(outcomeOf(player, start + 15_000, false)).toBe("partly");
    const [done, now] = playAll(player, start + 15_000);
    expect(amount(done, now)).toEqual({ setsDone: 1, repsDone: 0, secondsDone: 60 });
  });

  test("of a hold that nobody looked at is never more than the hold", () => {
    const holding = advance(begin(steps, start), start + 5_000);
    expect(amount(holding, start + 65_000).secondsDone).toBe(5);
  });
});
