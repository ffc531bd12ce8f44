/** An attachment for the field that a page or a form begins with. The attribute would leave the focus on an element that has it already. */
export function first(field: HTMLElement): void {
  field.focus();
}
