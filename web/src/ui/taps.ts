/**
 * Ignores the second tap of a double tap. When the first tap has removed the control, the second would press what
 * has come in its place: "Too painful" where "Start" was, an 8 where the 2 was.
 */

const againMs = 400;
/** So far apart, two taps of one finger on one place are at most. */
const againPx = 24;

/** Keeps second taps from `page`. */
export function ignoreSecondTaps(page: Document): void {
  let first: MouseEvent | undefined;

  page.addEventListener(
    "click",
    (tap) => {
      // From a key, from a label to its field, or of a mouse, whose pointer is seen.
      if (!tap.detail || ("pointerType" in tap && tap.pointerType === "mouse")) return;
      if (first && isSecond(first, tap)) {
        tap.preventDefault();
        tap.stopImmediatePropagation();
      } else first = tap;
    },
    true,
  );
}

function isSecond(first: MouseEvent, tap: MouseEvent): boolean {
  const gone = first.target instanceof Node && !first.target.isConnected;
  const near = Math.hypot(tap.clientX - first.clientX, tap.clientY - first.clientY) <= againPx;
  return gone && near && tap.timeStamp - first.timeStamp <= againMs;
}
