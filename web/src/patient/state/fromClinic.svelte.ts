/** The latest step of the clinic about a warning sign, and the next visit, as the server last said; for late parts. */

import type { FollowUp, MyVisits } from "../../core/api";
import { contact } from "./contact.svelte";
import { store } from "./store";
import { warning } from "./warning.svelte";

class FromClinic {
  private step = $state.raw<FollowUp | null | undefined>();
  visits = $state.raw<MyVisits | undefined>();
  /** Not told of a sign that is newer than what was done. */
  readonly followUp = $derived(
    this.step && !(warning.open && warning.open.since > new Date(this.step.at)) ? this.step : undefined,
  );

  constructor() {
    const read = async (): Promise<void> => {
      this.step = await store.get("single", "followUp");
      this.visits = await store.get("single", "visits");
    };
    contact.onRefresh(read);
    void read();
  }
}

export const fromClinic = new FromClinic();
