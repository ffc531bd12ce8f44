/** Lets a figure move by itself: only while it can be seen, and a few times unless more are asked for. */

import type { Drawing } from "./drawing.ts";
import { phaseAt, repetitionSeconds, stillSeconds } from "./motion.ts";
import type { Stage } from "./stage.ts";

const usual = 5;

/** A phone's battery gains, and nobody sees the difference. */
const framesPerSecond = 30;

/** Starts at the pose that holds still and ends there; `ended` is called then. Returns what stops it. */
export function play(
  svg: SVGSVGElement,
  drawing: Drawing,
  stage: Stage,
  ended: () => void,
  repetitions = usual,
): () => void {
  const from = stillSeconds(drawing);
  const whole = repetitions * repetitionSeconds(drawing);
  let played = 0;
  let last = 0;
  let frame = 0;

  const step = (now: number): void => {
    frame = requestAnimationFrame(step);
    const passed = (now - last) / 1000;
    if (last && passed < 0.9 / framesPerSecond) return;
    // While the page was not drawn, the figure did not move.
    if (last) played += Math.min(passed, 0.1);
    last = now;
    if (played < whole) stage.moment(drawing, phaseAt(drawing, from + played));
    else {
      stop();
      stage.still(drawing);
      ended();
    }
  };
  const pause = (): void => {
    cancelAnimationFrame(frame);
    frame = last = 0;
  };
  const seen = new IntersectionObserver((entries) => {
    if (!entries.at(-1)?.isIntersecting) pause();
    else if (!frame) frame = requestAnimationFrame(step);
  });
  const stop = (): void => {
    seen.disconnect();
    pause();
  };
  seen.observe(svg);
  return stop;
}
