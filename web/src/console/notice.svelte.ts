/** The short message at the foot of the page, with a way back where there is one. */

export type Notice = { readonly text: string; readonly undo: (() => void) | undefined };

let current = $state.raw<Notice | null>(null);
let timer: ReturnType<typeof setTimeout> | undefined;

export const notice = {
  get current(): Notice | null {
    return current;
  },
};

/** Stays for 6 s; for 12 s when it can be undone. */
export function notify(text: string, undo?: () => void): void {
  clearTimeout(timer);
  current = { text, undo };
  timer = setTimeout(dismiss, undo ? 12_000 : 6_000);
}

export function dismiss(): void {
  current = null;
}
