/** A timer that staff start when they begin to talk, and stop when they are done. */

export class Timer {
  /** Milliseconds since 1970; undefined while it does not run. */
  since = $state<number | undefined>();
  #now = $state(0);
  #ticking: ReturnType<typeof setInterval> | undefined;

  /** "3:07", while it runs. */
  readonly shown = $derived.by(() => {
    const seconds = Math.max(0, Math.floor((this.#now - (this.since ?? this.#now)) / 1000));
    return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  });

  start(): void {
    this.since = this.#now = Date.now();
    this.#ticking = setInterval(() => (this.#now = Date.now()), 1000);
  }

  /** The minutes that it ran, at least one. */
  stop(): number {
    clearInterval(this.#ticking);
    const minutes = Math.max(1, Math.round((Date.now() - (this.since ?? Date.now())) / 60_000));
    this.since = undefined;
    return minutes;
  }

  end(): void {
    clearInterval(this.#ticking);
  }
}
