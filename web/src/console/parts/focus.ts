/** An attachment for the field that a page or a form begins with. The attribute would yield to whatever has the focus. */
export function first(field: HTMLElement): void {
  field.focus();
}
