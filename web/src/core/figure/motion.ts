/** The motion: which pose the body is in at which moment. Phase 0 is the first key pose, phase 1 the last. */

import type { Drawing, Pose } from "./drawing.ts";

type Motion = Pick<Drawing, "keys" | "cycle" | "moveS">;

/** Pause of a figure that moves by itself at each end, in seconds. */
const pauseS = 0.6;

/** The pose at a phase from 0 to 1. A cycle goes on from its last key to its first, where phase 1 is phase 0 again. */
export function poseAt({ keys, cycle }: Motion, phase: number): Pose {
  const moves = cycle ? keys.length : keys.length - 1;
  if (!moves) return keys[0];
  const along = Math.min(Math.max(phase, 0), 1) * moves;
  const from = Math.min(Math.floor(along), moves - 1);
  const linear = along - from;
  // A body starts and stops softly; a walk does not stop between its steps.
  const share = cycle ? linear : linear * linear * (3 - 2 * linear);
  return blend(keys[from] as Pose, keys[(from + 1) % keys.length] as Pose, share);
}

/** Seconds of one repetition: out, hold, back, and a short pause. For a cycle, all its keys. */
export function repetitionSeconds({ keys, cycle, moveS }: Motion, holdS = pauseS): number {
  return cycle ? keys.length * moveS : 2 * (keys.length - 1) * moveS + holdS + pauseS;
}

/**
 * The phase `seconds` after the first of endless repetitions began. With the hold of a prescription it keeps step with
 * the patient.
 */
export function phaseAt(motion: Motion, seconds: number, holdS = pauseS): number {
  const whole = repetitionSeconds(motion, holdS);
  const since = ((seconds % whole) + whole) % whole;
  if (motion.cycle) return since / whole;
  const way = (motion.keys.length - 1) * motion.moveS;
  if (!way) return 1;
  return Math.max(0, Math.min(since, way, 2 * way + holdS - since) / way);
}

/** Seconds into a repetition at which the picture that holds still comes by, so that a motion can begin and end there. */
export function stillSeconds(motion: Motion & Pick<Drawing, "still">): number {
  return motion.still * motion.moveS;
}

export function stillPhase({ keys, cycle, still }: Motion & Pick<Drawing, "still">): number {
  return still / Math.max(1, cycle ? keys.length : keys.length - 1);
}

/** Numbers and vectors a share of the way from one to the other; names stay. Both have the same shape. */
export function blend<T>(from: T, to: T, share: number): T {
  if (typeof from === "number") return (from + ((to as number) - from) * share) as T;
  if (Array.isArray(from)) return from.map((value: unknown, i) => blend(value, (to as unknown[])[i], share)) as T;
  if (typeof from !== "object" || from === null) return from;
  return Object.fromEntries(
    Object.entries(from).map(([name, value]) => [name, blend(value, (to as Record<string, unknown>)[name], share)]),
  ) as T;
}
