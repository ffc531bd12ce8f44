/** Figures that move: the drawings of the library, and how to show them. docs/figures.md tells the model. */

export type { Drawing, Seen } from "./drawing.ts";
export { canvas } from "./drawing.ts";
export { forSide } from "./mirror.ts";
export { phaseAt, repetitionSeconds, stillPhase } from "./motion.ts";
export { play } from "./play.ts";
export { type Stage, stage } from "./stage.ts";
