/** Something read from the server: loading, failed or there, and read again on demand. */

import { Problem } from "../core/call";

export class Resource<T> {
  data = $state.raw<T | undefined>();
  problem = $state.raw<Problem | undefined>();
  loading = $state(false);
  #turn = 0;

  constructor(private readonly ask: () => Promise<T>) {
    void this.reload();
  }

  /** Keeps what is shown until the new answer is there; the answer to a later question replaces an earlier one. */
  async reload(): Promise<void> {
    const turn = ++this.#turn;
    this.loading = true;
    try {
      const data = await this.ask();
      if (turn !== this.#turn) return;
      this.data = data;
      this.problem = undefined;
    } catch (error) {
      if (turn === this.#turn) this.problem = error as Problem;
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
    }
  }
}
