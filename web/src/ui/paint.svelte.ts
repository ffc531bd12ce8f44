/** The first paint. What the first screen does not show waits for it: parts further down, drawings, the network. */

let done = $state(false);
let tell: () => void;

/** Resolves after the first paint. */
export const painted = new Promise<void>((resolve) => (tell = resolve));

export const paint = {
  get done(): boolean {
    return done;
  },
};

/** Says that the first screen has been put on the page. A page that is not looked at is not painted: there nothing waits. */
export async function awaitPaint(): Promise<void> {
  if (document.visibilityState === "visible") await new Promise(requestAnimationFrame);
  await new Promise((next) => setTimeout(next));
  done = true;
  tell();
}
