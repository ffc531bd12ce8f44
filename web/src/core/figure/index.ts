/** Figures that move: the drawings of the library, and how to show them. docs/figures.md tells the model. */

export type { Drawing } from "./drawing";
export { canvas } from "./drawing";
export { forSide } from "./mirror";
export { phaseAt, repetitionSeconds } from "./motion";
export { play } from "./play";
export { type Stage, stage } from "./stage";
