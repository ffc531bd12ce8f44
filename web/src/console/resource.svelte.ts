/**
 * Requests of the console, in one form for each use: a Resource is read and read again, an Action is done once. Both
 * hold their `problem` as state; screens show it with Loaded and Trouble.
 */

import { tick } from "svelte";

import { Problem } from "../core/call";

/** An answer of the server: loading, there, failed, or stale (an older answer after a failed reload). */
export class Resource<T> {
  data = $state.raw<T | undefined>();
  problem = $state.raw<Problem | undefined>();
  loading = $state(false);
  /** Time of the last request, in milliseconds since 1970. */
  askedAt = 0;
  #turn = 0;

  /** Asks at once, unless an answer came with another request. */
  constructor(
    private readonly ask: () => Promise<T>,
    known?: T,
  ) {
    if (known === undefined) void this.reload();
    else this.data = known;
  }

  /** Keeps what is shown until the new answer is there; a later question's answer replaces an earlier one's. */
  async reload(): Promise<void> {
    const turn = ++this.#turn;
    this.askedAt = Date.now();
    this.loading = true;
    try {
      const data = await this.ask();
      if (turn !== this.#turn) return;
      this.data = data;
      this.problem = undefined;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (turn === this.#turn) this.problem = error;
    } finally {
      if (turn === this.#turn) this.loading = false;
    }
  }
}

/** One action at a time: busy while it runs, and the problem it ended with. */
export class Action {
  busy = $state(false);
  problem = $state.raw<Problem | undefined>();

  /** Whether it went through. Anything but a Problem is a bug and passes on. */
  async run(work: () => Promise<unknown>): Promise<boolean> {
    if (this.busy) return false;
    const focused = globalThis.document?.activeElement;
    this.busy = true;
    this.problem = undefined;
    try {
      await work();
      return true;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.problem = error;
      return false;
    } finally {
      this.busy = false;
      void tick().then(() => giveBack(focused));
    }
  }
}

/** Gives the focus back to a button that lost it while it was disabled, unless the person has moved on. */
function giveBack(focused: Element | null | undefined): void {
  if (focused && document.activeElement === document.body) (focused as HTMLElement).focus();
}
