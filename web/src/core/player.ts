/**
 * One exercise, step by step: get ready, hold, let go, rest, change sides, or "do eight of these and tap". Pure: the
 * time comes from outside as milliseconds, steps are computed from when they began, so a screen that slept for a minute
 * is exact again when it wakes.
 */

import type { Dosage, Outcome, TinyDose } from "./api";

export type OneSide = "left" | "right";

export type Step =
  /** Get into position. */
  | { kind: "ready"; seconds: number; set: number; side: OneSide | null }
  /** Stay: one held repetition, or the whole of a timed set. */
  | { kind: "hold"; seconds: number; set: number; rep: number; reps: number; side: OneSide | null }
  | { kind: "release"; seconds: number; set: number; rep: number; reps: number; side: OneSide | null }
  /** At one's own pace, so that a tap ends it; or at a spoken pace, so that its time does. */
  | { kind: "count"; seconds?: number; set: number; reps: number; side: OneSide | null }
  | { kind: "rest"; seconds: number; set: number; side: OneSide | null };

export type Player = {
  steps: readonly Step[];
  /** Index of the present step; `steps.length` when all is done. */
  at: number;
  /** The start of the present step, if it had had no pause. */
  since: number;
  /** The start of the pause; undefined while it runs. */
  pausedAt: number | undefined;
};

/** The amounts done up to now, in the form of a log. */
export type Amount = { setsDone: number; repsDone: number; secondsDone: number };

type Dose = Pick<Dosage, "sets" | "reps" | "durationS" | "holdS" | "restS" | "perSide">;

const readySeconds = 5;
const releaseSeconds = 3;

/**
 * The steps of a dose. A prescription for one side has no second one. With a pace, in seconds per repetition, nothing
 * needs a tap.
 */
export function stepsOf(dose: Dose, side: OneSide | null, pace?: number): Step[] {
  const sides: (OneSide | null)[] = side ? [side] : dose.perSide ? ["left", "right"] : [null];
  const steps: Step[] = [];
  for (let set = 1; set <= dose.sets; set++) {
    for (const [order, onSide] of sides.entries()) {
      if (set === 1 || order > 0 || dose.restS === 0)
        steps.push({ kind: "ready", seconds: readySeconds, set, side: onSide });
      steps.push(...oneSet(dose, set, onSide, pace));
    }
    if (set < dose.sets && dose.restS) steps.push({ kind: "rest", seconds: dose.restS, set: set + 1, side: sides[0]! });
  }
  return steps;
}

/** The smallest version as a dose: its own amount, everything else as prescribed. */
export function tinyDose(tiny: TinyDose, dose: Dose): Dose {
  return { ...dose, sets: tiny.sets, reps: tiny.reps, durationS: tiny.durationS };
}

export function begin(steps: readonly Step[], now: number): Player {
  return { steps, at: 0, since: now, pausedAt: undefined };
}

/** The player at `now`: timed steps that are over are skipped. */
export function advance(player: Player, now: number): Player {
  if (player.pausedAt !== undefined) return player;
  let { at, since } = player;
  for (let step = player.steps[at]; step?.seconds !== undefined; step = player.steps[at]) {
    if (now - since < step.seconds * 1000) break;
    since += step.seconds * 1000;
    at++;
  }
  return { ...player, at, since };
}

/** Ends the present step: a set done at one's own pace, a rest that was long enough. */
export function next(player: Player, now: number): Player {
  if (player.at >= player.steps.length) return player;
  return { ...player, at: player.at + 1, since: now, pausedAt: player.pausedAt === undefined ? undefined : now };
}

export function pause(player: Player, now: number): Player {
  return player.pausedAt === undefined ? { ...player, pausedAt: now } : player;
}

export function resume(player: Player, now: number): Player {
  if (player.pausedAt === undefined) return player;
  return { ...player, since: player.since + (now - player.pausedAt), pausedAt: undefined };
}

/** Milliseconds since the present step began, pauses left out. */
export function elapsed(player: Player, now: number): number {
  return Math.max(0, (player.pausedAt ?? now) - player.since);
}

/** Whole seconds that the present step still lasts, as a countdown shows them: never 0 while it lasts. */
export function remaining(player: Player, now: number): number | undefined {
  const step = player.steps[player.at];
  if (step?.seconds === undefined) return undefined;
  return Math.max(1, Math.ceil(step.seconds - elapsed(player, now) / 1000));
}

/** The repetition that ends next at a spoken pace, from its middle on; 0 before the first, and at one's own pace. */
export function repetition(player: Player, now: number): number {
  return Math.floor(paced(player, now) + 0.5);
}

export function finished(player: Player): boolean {
  return player.at >= player.steps.length;
}

/** The amounts done up to the current step, over all sets and both sides. */
export function amount(player: Player, now: number): Amount {
  let reps = 0;
  let seconds = 0;
  for (const step of player.steps.slice(0, player.at)) {
    if (step.kind === "count") reps += step.reps;
    if (step.kind === "hold") {
      reps += step.reps ? 1 : 0;
      seconds += step.seconds;
    }
  }
  const present = player.steps[player.at];
  reps += Math.floor(paced(player, now));
  if (present?.kind === "hold") seconds += Math.min(present.seconds, Math.floor(elapsed(player, now) / 1000));
  return { setsDone: setsBehind(player), repsDone: reps, secondsDone: seconds };
}

/** The log's outcome when the person stops or ends here. */
export function outcomeOf(player: Player, now: number, isTiny: boolean): Outcome {
  if (finished(player)) return isTiny ? "tiny" : "completed";
  const { repsDone, secondsDone } = amount(player, now);
  return repsDone || secondsDone ? "partly" : "skipped";
}

/** Repetitions of the present step that have passed at a spoken pace. */
function paced(player: Player, now: number): number {
  const step = player.steps[player.at];
  if (step?.kind !== "count" || step.seconds === undefined) return 0;
  return Math.min(1, elapsed(player, now) / 1000 / step.seconds) * step.reps;
}

function oneSet(dose: Dose, set: number, side: OneSide | null, pace: number | undefined): Step[] {
  if (dose.reps === null) return [{ kind: "hold", seconds: dose.durationS ?? 0, set, rep: 1, reps: 0, side }];
  if (!dose.holdS) return [{ kind: "count", ...(pace && { seconds: pace * dose.reps }), set, reps: dose.reps, side }];
  const steps: Step[] = [];
  for (let rep = 1; rep <= dose.reps; rep++) {
    const each = { set, rep, reps: dose.reps, side };
    steps.push({ kind: "hold", seconds: dose.holdS, ...each });
    if (rep < dose.reps) steps.push({ kind: "release", seconds: releaseSeconds, ...each });
  }
  return steps;
}

/** Sets of which every step is behind the player. */
function setsBehind({ steps, at }: Player): number {
  const work = steps
    .map((step, index) => ({ step, index }))
    .filter(({ step }) => step.kind === "hold" || step.kind === "count");
  const open = new Set(work.filter(({ index }) => index >= at).map(({ step }) => step.set));
  return new Set(work.map(({ step }) => step.set)).size - open.size;
}
