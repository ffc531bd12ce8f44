/**
 * The first screen comes in steps, so that a slow phone shows its top soon and a tap finds its way between two of them:
 * what the screen begins with, then what else reaches into sight, then everything and the network.
 */

class FirstPaint {
  /** Whether the parts below the first screen may be drawn. */
  begun = $state(false);
  /** Nothing has to wait any more. */
  done = $state(false);
  private tell: () => void = () => undefined;
  /** Resolves when everything in sight has been put on the page. */
  readonly over = new Promise<void>((resolve) => (this.tell = resolve));

  /** Says that the first screen has been begun. */
  async await(): Promise<void> {
    await frame();
    this.begun = true;
    await frame();
    this.done = true;
    this.tell();
  }
}

export const paint = new FirstPaint();

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
