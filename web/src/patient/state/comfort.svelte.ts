/** The choices of text size, hand and voice on this phone. */

import "../comfort.css";
import type { Comfort } from "../../core/kept";
import { copies } from "./copies.svelte";
import { storage } from "./storage.svelte";
import { outbox, store } from "./store";

const usual: Comfort = { text: "normal", hand: "right", voice: false, pace: 6 };

class PhoneComfort {
  readonly chosen = $derived({ ...usual, ...copies.comfort });

  /** Keeps a choice on this phone; every tab follows it. */
  async choose(changes: Partial<Comfort>): Promise<void> {
    const chosen = { ...this.chosen, ...changes };
    copies.comfort = chosen; // the next choice builds on it
    await storage.guard(() => store.put("single", chosen, "comfort"));
    outbox.changed();
  }

  /** Gives the page the size and the side. */
  show(): void {
    const { text, hand } = this.chosen;
    Object.assign(document.documentElement.dataset, { text, hand });
  }
}

export const comfort = new PhoneComfort();
