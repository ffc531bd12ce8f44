/** The time as the screens see it. */

import { localDay } from "../../core/dates";

const tickMs = 20_000;

class Clock {
  now = $state.raw(new Date());
  readonly today = $derived(localDay(this.now));

  start(): void {
    setInterval(() => this.set(), tickMs);
  }

  set(): void {
    this.now = new Date();
  }
}

export const clock = new Clock();
