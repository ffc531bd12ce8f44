/**
 * Locks the desk when nobody uses it. The server ends an idle sign-in by itself; the desk is a minute earlier, because
 * the server notes use at most once a minute. Use in any tab of this browser counts for all of them.
 */

import { tick } from "svelte";

import { call } from "../../core/call";

const minuteMs = 60_000;
const lookEveryMs = 1_000;
/** The time of the last use, in milliseconds since 1970, shared by all tabs. */
const key = "homeplan.console.used";
const signsOfUse = ["keydown", "pointerdown", "wheel", "touchmove"] as const;

class Idle {
  /** Whether the desk locks within the next minute. Then only `stay` counts as use: a key may have been meant for the page. */
  ending = $state(false);
  #use: () => void = () => undefined;

  /** Begins with a person at the desk, who is idle for at most `idleMinutes`. Returns the way to stop. */
  watch(idleMinutes: number, lock: () => void): () => void {
    const end = () => used() + (idleMinutes - 1) * minuteMs;
    // The warning closes first and gives the focus back, so that it is there after signing in again.
    const finish = () => {
      this.ending = false;
      void tick().then(lock);
    };
    let renewed = Date.now();
    note(renewed);
    this.#use = () => {
      const now = Date.now();
      if (now >= end()) return finish(); // the first key after a computer slept
      if (now - used() >= lookEveryMs) note(now);
      if (now - renewed < minuteMs) return;
      renewed = now;
      // Tells the server that the desk is in use; no answer changes nothing here, and a refusal locks by itself.
      void call("GET /api/staff/me").catch(() => undefined);
    };
    const useUnwarned = () => {
      if (!this.ending) this.#use();
    };
    const timer = setInterval(() => {
      const left = end() - Date.now();
      if (left <= 0) finish();
      else this.ending = left <= minuteMs;
    }, lookEveryMs);
    for (const sign of signsOfUse) addEventListener(sign, useUnwarned, { capture: true, passive: true });
    return () => {
      clearInterval(timer);
      for (const sign of signsOfUse) removeEventListener(sign, useUnwarned, { capture: true });
      this.ending = false;
    };
  }

  /** Keeps the desk open after the warning. */
  stay(): void {
    this.ending = false;
    this.#use();
  }
}

export const idle = new Idle();

function used(): number {
  return Number(localStorage.getItem(key));
}

function note(now: number): void {
  localStorage.setItem(key, String(now));
}
