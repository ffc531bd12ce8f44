/** The words that guide through an exercise: each step as it begins, and the numbers in it. Pure. */

import { elapsed, type OneSide, type Player, remaining, repetition } from "./player";

/** The wording of a language. */
export type Wording = {
  ready: string;
  changeSides: string;
  side: Record<OneSide, string>;
  go: string;
  hold: string;
  holdAgain: (rep: number) => string;
  lastHold: string;
  release: string;
  times: (reps: number) => string;
  rest: string;
  time: (seconds: number) => string;
  oneMore: (rep: number) => string;
  halfway: string;
  done: string;
};

/** A hold up to this length is counted from one; of a longer one the half and the last seconds are said. */
const countedSeconds = 10;
const lastSeconds = 3;

/** The words at the beginning of the present step, or at the end of all. */
export function stepWords({ steps, at }: Player, words: Wording): string {
  const step = steps[at];
  if (!step) return words.done;
  const side = step.side ? words.side[step.side] : "";
  if (step.kind === "ready") {
    const before = steps[at - 1]?.side;
    return joined(step.side && before && before !== step.side ? words.changeSides : words.ready, side);
  }
  if (step.kind === "rest") return joined(words.rest, words.time(step.seconds));
  if (step.kind === "count") return joined(words.go, words.times(step.reps));
  if (step.kind === "release") return words.release;
  if (!step.reps) return joined(words.go, words.time(step.seconds));
  if (step.rep === 1) return words.hold;
  return step.rep === step.reps ? words.lastHold : words.holdAgain(step.rep);
}

/** The number, or the encouragement in its place, that is due in the present step. */
export function countWords(player: Player, now: number, words: Wording): string | undefined {
  const step = player.steps[player.at];
  const left = remaining(player, now);
  if (!step || left === undefined || step.kind === "release") return undefined;
  const passed = Math.floor(elapsed(player, now) / 1000);
  if (step.kind === "count") {
    const rep = repetition(player, now);
    if (!rep) return undefined;
    return rep === step.reps - 1 ? words.oneMore(rep) : String(rep);
  }
  if (step.kind === "hold" && step.seconds <= countedSeconds) return passed ? String(passed) : undefined;
  if (left <= lastSeconds) return String(left);
  return step.kind === "hold" && passed === Math.ceil(step.seconds / 2) ? words.halfway : undefined;
}

function joined(...parts: string[]): string {
  return parts.filter(Boolean).join(" ");
}
