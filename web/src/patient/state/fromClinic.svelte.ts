/** What the clinic did about a warning sign, and the next visit, as the server last said. Only late parts need it. */

import type { FollowUp, MyVisits } from "../../core/api";
import { contact } from "./contact.svelte";
import { store } from "./store";
import { warning } from "./warning.svelte";

class FromClinic {
  private told = $state.raw<FollowUp | null | undefined>();
  visits = $state.raw<MyVisits | undefined>();
  /** Not told of a sign that is newer than what was done. */
  readonly followUp = $derived(
    this.told && !(warning.open && warning.open.since > new Date(this.told.at)) ? this.told : undefined,
  );

  constructor() {
    const read = async (): Promise<void> => {
      this.told = await store.get("single", "followUp");
      this.visits = await store.get("single", "visits");
    };
    contact.onVisit(read);
    void read();
  }
}

export const fromClinic = new FromClinic();
