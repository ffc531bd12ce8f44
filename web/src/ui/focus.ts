/**
 * Keeps the focus on the page. What goes away when it is pressed - start, done, undo, cancel - would leave keyboards and
 * screen readers nowhere: then the focus goes to the title, if that is a new one, or to what replaced the control.
 */

const stops = "h1[tabindex], a[href], button:not(:disabled), summary, input[type=radio], input[type=checkbox]";

/** Watches until the returned function is called. */
export function keepFocus(page: HTMLElement): () => void {
  let last: EventTarget | null = null;
  let title: Element | null = null;

  const noted = ({ target }: FocusEvent): void => {
    last = target;
    title = page.querySelector("h1");
  };
  const watch = new MutationObserver((changes) => {
    if (!(last instanceof Element) || last.isConnected || document.activeElement !== document.body) return;
    const gone = last;
    const change = changes.find(({ removedNodes }) => [...removedNodes].some((node) => node.contains(gone)));
    if (!change) return;
    const now = page.querySelector<HTMLElement>("h1[tabindex]");
    (now !== title && now ? now : nextTo(change)).focus({ preventScroll: true });
  });

  function nextTo({ target, previousSibling }: MutationRecord): HTMLElement {
    const before = previousSibling?.isConnected ? previousSibling : undefined;
    const seen = [...page.querySelectorAll<HTMLElement>(stops)].filter((stop) => stop.getClientRects().length);
    const after = (stop: HTMLElement): boolean => {
      const where = (before ?? target).compareDocumentPosition(stop);
      return (where & Node.DOCUMENT_POSITION_FOLLOWING) !== 0 && !before?.contains(stop);
    };
    return seen.find(after) ?? seen.at(-1) ?? page;
  }

  page.addEventListener("focusin", noted);
  watch.observe(page, { childList: true, subtree: true });
  return () => {
    page.removeEventListener("focusin", noted);
    watch.disconnect();
  };
}
