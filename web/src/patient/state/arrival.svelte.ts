/** Whether the clinic has an entry, as a screen shows it: asked of this phone's store after each of its changes. */

import { type Arrival, arrivalOf, arrivalOfSigns } from "../../core/arrival";
import { entries } from "./entries.svelte";
import { outbox } from "./store";

/** An entry: its key in the outbox, and the id of a check-in whose signs may have gone by themselves. */
export type Entered = { key: string; clientEventId?: string | undefined };

/** To be made while a component is made. */
export class EntryArrival {
  /** The state of what was entered; undefined while it is being kept. */
  now = $state<Arrival | "unsaved" | undefined>();

  constructor(entered: () => Entered | undefined) {
    $effect(() => {
      const what = entered();
      const unsaved = entries.unsaved.some(({ key }) => key === what?.key);
      void entries.rows; // asked again after each change
      if (!what || unsaved) {
        this.now = what && "unsaved";
        return;
      }
      let current = true;
      const asked = what.clientEventId
        ? arrivalOfSigns(outbox, what.key, what.clientEventId)
        : arrivalOf(outbox, what.key);
      asked.then(
        (found) => current && (found !== "unknown" || this.now) && (this.now = found),
        () => current && (this.now = "unknown"),
      );
      return () => (current = false);
    });
  }
}
