/** The person who uses this phone. */

import type { InvitationPreview } from "../../core/api";
import { language } from "../../ui/language.svelte";
import { startLanguage } from "../language";
import { copies } from "./copies.svelte";
import { outbox, store } from "./store";

class Person {
  readonly me = $derived(copies.me);
  /** The id of the person who is signed in, or was until just now. */
  readonly last = $derived(copies.lastPerson);
  /** The server does not know this phone's sign-in any more; its data stays. */
  signedOut = $state(false);
  /** The invitation that was opened on this phone and is not accepted yet. */
  invitation = $state.raw<InvitationPreview | undefined>();

  /** Runs what signs someone in or out; every tab shows it. */
  async change<T>(work: () => Promise<T>): Promise<T> {
    return await work().finally(() => {
      outbox.changed();
      return copies.read();
    });
  }

  /** Speaks the language that was chosen on this phone, else the one in the clinic's record. */
  async speak(): Promise<void> {
    const chosen = await store.get("single", "language");
    await startLanguage(this.me ? (chosen ?? this.me.patient.language) : language.current);
  }
}

export const person = new Person();
