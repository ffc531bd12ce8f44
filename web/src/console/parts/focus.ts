import { untrack } from "svelte";

/** An attachment for the field that a page or a form begins with. The attribute would leave the focus on an element that has it already. */
export function first(field: HTMLElement): void {
  untrack(() => field.focus()); // what listeners of the focus read must not run this again
}

/** An attachment for a dialog that keeps the focus inside while it is there, and then gives it back. */
export function modal(dialog: HTMLDialogElement): () => void {
  const before = document.activeElement;
  dialog.showModal();
  return () => {
    if (before instanceof HTMLElement) before.focus();
  };
}
