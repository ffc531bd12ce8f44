/** The warning sign that nobody of the clinic has acknowledged yet, or that the clinic does not have. */

import { openWarning, pauses } from "../../core/warning";
import { clock } from "./clock.svelte";
import { copies } from "./copies.svelte";

class OpenWarning {
  /** The pause as the server last said. */
  readonly pause = $derived(copies.pause);
  readonly open = $derived(openWarning(copies.warning, copies.pause, copies.rows, copies.unsaved, clock.now));
  /** Nothing is to be exercised until the clinic has lifted the pause. */
  readonly paused = $derived(copies.pause !== undefined || pauses(this.open?.level));
  /** The needling of the last days, which an emergency room must know of. */
  readonly needling = $derived(copies.needling);
}

export const warning = new OpenWarning();
