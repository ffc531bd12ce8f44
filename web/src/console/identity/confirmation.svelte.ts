/** Confirming again who one is, before what needs a fresh proof: one dialog for all requests that wait for it. */

import { onConfirmIdentity } from "../../core/call";

class Confirmation {
  /** Whether requests wait for the person; the dialog is open then. */
  wanted = $state(false);
  #waiting: ((confirmed: boolean) => void)[] = [];

  /** Resolves once the person has confirmed (true), or does not want to (false). */
  ask(): Promise<boolean> {
    this.wanted = true;
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Ends the wait: true sends the refused requests again. */
  settle(confirmed: boolean): void {
    this.wanted = false;
    for (const resolve of this.#waiting.splice(0)) resolve(confirmed);
  }
}

export const confirmation = new Confirmation();
onConfirmIdentity(() => confirmation.ask());
