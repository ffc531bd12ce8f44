/** The warning sign that nobody of the clinic has cleared yet, or that the clinic does not have. */

import { openWarning, pauses } from "../../core/warning";
import { clock } from "./clock.svelte";
import { copies } from "./copies.svelte";

class OpenWarning {
  /** The pause as the server last said. */
  readonly pause = $derived(copies.pause);
  readonly open = $derived(openWarning(copies.pause, copies.rows, copies.unsaved, clock.now));
  /** Nothing is to be exercised until the clinic has cleared it. */
  readonly paused = $derived(pauses(this.open?.level));
}

export const warning = new OpenWarning();
