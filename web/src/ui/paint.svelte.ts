/**
 * The first screen comes in steps, so that a slow phone shows its top soon and a tap finds its way between two of them:
 * what the screen begins with, then what else reaches into sight, then everything and the network.
 */

let begun = $state(false);
let done = $state(false);
let tell: () => void;

/** Resolves when everything in sight has been put on the page. */
export const painted = new Promise<void>((resolve) => (tell = resolve));

export const paint = {
  /** Whether the parts below the first screen may be drawn. */
  get begun(): boolean {
    return begun;
  },
  /** Nothing has to wait any more. */
  get done(): boolean {
    return done;
  },
};

/** Says that the first screen has been begun. */
export async function awaitPaint(): Promise<void> {
  await frame();
  begun = true;
  await frame();
  done = true;
  tell();
}

let last: Promise<void> = Promise.resolve();

/** Resolves when it is the caller's turn to work at length: one piece a task. */
export function turn(): Promise<void> {
  last = last.then(task);
  return last;
}

/** The page has been painted. A hidden page is not painted: there nothing waits. */
async function frame(): Promise<void> {
  if (document.visibilityState === "visible") await new Promise(requestAnimationFrame);
  await task();
}

function task(): Promise<void> {
  return new Promise((next) => setTimeout(next));
}
