/** Open forms with something unsaved: they ask before the page is left by a link, Back, a reload or signing out. */

export interface Unsaved {
  /** Whether leaving now would leave something unsaved behind. */
  readonly isDirty: boolean;
  /** Whether what is unsaved waits on this computer. */
  readonly isKept: boolean;
  /** Throws away what was typed. */
  discard(): void;
}

export type Question = {
  readonly why: "leave" | "sign-out";
  /** Whether everything unsaved waits on this computer. */
  readonly isKept: boolean;
  answer(to: Answer): void;
};
export type Answer = "stay" | "leave" | "discard";

const open = new Set<Unsaved>();
let question = $state.raw<Question | undefined>();
/** The address of the page that is shown. */
let shown = "";
let released = false;
let isLocked = () => false;

export const unsaved = {
  get question(): Question | undefined {
    return question;
  },

  get isDirty(): boolean {
    return [...open].some(({ isDirty }) => isDirty);
  },

  /** Adds a form for as long as it is on the page. Returns the way to remove it. */
  add(form: Unsaved): () => void {
    open.add(form);
    return () => open.delete(form);
  },

  /** Lets the page go without a question: it is loaded again for another person. */
  release(): void {
    released = true;
  },

  /** Asks whether to leave what is unsaved; "leave" at once where nothing is. */
  async ask(why: Question["why"], also = false): Promise<Answer> {
    if (!unsaved.isDirty && !also) return "leave";
    question?.answer("stay");
    const isKept = [...open].every((form) => !form.isDirty || form.isKept);
    let mine: Question | undefined;
    const answer = await new Promise<Answer>((answer) => (question = mine = { why, isKept, answer }));
    if (question === mine) question = undefined;
    if (answer === "discard") for (const form of open) if (form.isDirty) form.discard();
    return answer;
  },
};

/**
 * Keeps the page that has something unsaved when its address changes by Back or by hand, and asks. It listens before the
 * router does (guard.ts): browsers call the listeners of a window in the order in which they were added.
 */
export function holdPage(event: Event): void {
  if (location.hash === shown) return;
  if (!unsaved.isDirty) return void (shown = location.hash);
  event.stopImmediatePropagation();
  const wanted = location.hash;
  history.pushState(history.state, "", shown || location.pathname + location.search); // back where the form is
  if (!isLocked()) void leaveFor(wanted);
}

/**
 * Asks before a page with something unsaved is left by a link, a reload or with its tab. `locked`: nobody is there to be
 * asked, so the page stays. Returns the way to stop.
 */
export function guardPage(locked: () => boolean): () => void {
  isLocked = locked;
  shown = location.hash;
  const onLink = (event: MouseEvent) => {
    if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const link = (event.target as Element | null)?.closest<HTMLAnchorElement>("a[href^='#/']");
    if (!link || !unsaved.isDirty || link.hash === shown) return;
    event.preventDefault();
    void leaveFor(link.hash);
  };
  const onUnload = (event: BeforeUnloadEvent) => {
    if (!released && unsaved.isDirty) event.preventDefault();
  };
  addEventListener("click", onLink, { capture: true });
  addEventListener("beforeunload", onUnload);
  return () => {
    removeEventListener("click", onLink, { capture: true });
    removeEventListener("beforeunload", onUnload);
  };
}

async function leaveFor(wanted: string): Promise<void> {
  if ((await unsaved.ask("leave")) === "stay") return;
  shown = wanted;
  // The forms of the page are about to go; one that stays on the next page asks again.
  if (location.hash !== wanted) history.pushState(null, "", wanted || location.pathname + location.search);
  dispatchEvent(new HashChangeEvent("hashchange"));
}
