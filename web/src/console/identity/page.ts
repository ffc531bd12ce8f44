/** The page of the person who is signed in, taken out of the document while the desk is locked. */

/**
 * Takes everything in the frame out of the document: nobody can read it, search it or print it. What was typed stays in
 * memory, with the elements. The returned function puts it back as it was: open dialogs, scroll position, and the focus
 * on `focused`.
 */
export function takeOut(frame: HTMLElement, focused: EventTarget | null): () => void {
  const [left, top] = [scrollX, scrollY];
  const modals = [...frame.querySelectorAll<HTMLDialogElement>("dialog:modal")];
  const page = document.createDocumentFragment();
  page.append(...frame.childNodes);
  return () => {
    frame.append(page);
    if (!frame.isConnected) return; // the person signed out: the page is gone
    for (const dialog of modals) {
      // A dialog that leaves the document is no longer modal, but still counts as open.
      dialog.removeAttribute("open");
      dialog.showModal();
    }
    scrollTo(left, top);
    if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
  };
}
