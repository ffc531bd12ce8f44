import { expect, test, vi } from "vitest";

import { advance, begin, finished, type Player, stepsOf } from "../../src/core/player";
import { countWords, stepWords } from "../../src/core/spoken";

const dose = {
  sets: 1,
  reps: 2 as number | null,
  durationS: null as number | null,
  holdS: 5,
  restS: 0,
  perSide: false,
};
vi.stubGlobal("navigator", { languages: ["en-US"] });
const { words } = await import("../../src/patient/words/voice");
const start = 1_000_000;
const pace = 4;

/** The words from the start to the end, asked for ten times a second, as the player does. */
function spokenWords(steps: ReturnType<typeof stepsOf>, language: "en" | "es"): string[] {
  const spoken: string[] = [];
  let player: Player = begin(steps, start);
  let [at, counted]: [number, string | undefined] = [-1, undefined];
  for (let now = start; now < start + 3_600_000; now += 100) {
    player = advance(player, now);
    if (player.at !== at) {
      [at, counted] = [player.at, undefined];
      spoken.push(stepWords(player, words(language)));
      if (finished(player)) break;
    }
    const count = countWords(player, now, words(language));
    if (count !== undefined && count !== counted) spoken.push((counted = count));
  }
  return spoken;
}

test("held repetitions are counted, and the last one is announced", () => {
  expect(spokenWords(stepsOf(dose, null, pace), "en")).toEqual([
    ...["Get ready.", "3", "2", "1"],
    ...["Hold.", "1", "2", "3", "4"],
    "Let go.",
    ...["Last one. Hold.", "1", "2", "3", "4"],
    "Well done. That was all of it.",
  ]);
});

test("repetitions without a hold are counted at the pace, with sides and rests, and nothing waits for a tap", () => {
  const sets = stepsOf({ ...dose, sets: 2, reps: 3, holdS: 0, restS: 20, perSide: true }, null, pace);
  const set = ["Ya. 3 veces.", "1", "2. Una más.", "3"];
  const last = ["3", "2", "1"];
  expect(spokenWords(sets, "es")).toEqual([
    ...["Prepárese. Lado izquierdo.", ...last, ...set],
    ...["Cambie de lado. Lado derecho.", ...last, ...set],
    ...["Bien. Descanse. 20 segundos.", ...last, ...set],
    ...["Cambie de lado. Lado derecho.", ...last, ...set],
    "Muy bien. Eso fue todo.",
  ]);
});

test("a timed set says its time, its half and its last seconds", () => {
  expect(spokenWords(stepsOf({ ...dose, reps: null, durationS: 120 }, "right", pace), "en").slice(4)).toEqual([
    ...["Go. 2 minutes.", "Halfway.", "3", "2", "1"],
    "Well done. That was all of it.",
  ]);
});
