/** Whether the clinic has an entry, as a screen shows it: asked of this phone's store after each of its changes. */

import { type Arrival, arrivalOf, arrivalOfSigns } from "../core/arrival";
import { home, outbox } from "./home.svelte";

/** An entry: its key in the outbox, and the id of a check-in whose signs may have gone by themselves. */
export type Entered = { key: string; clientEventId?: string | undefined };

/** The state of what was entered; undefined while it is being kept. For use while a component is made. */
export function arrival(entered: () => Entered | undefined): { readonly now: Arrival | "unsaved" | undefined } {
  let now = $state<Arrival | "unsaved" | undefined>();
  $effect(() => {
    const what = entered();
    const unsaved = home.unsaved.some(({ key }) => key === what?.key);
    void home.rows; // asked again after each change
    if (!what || unsaved) {
      now = what && "unsaved";
      return;
    }
    let current = true;
    const asked = what.clientEventId
      ? arrivalOfSigns(outbox, what.key, what.clientEventId)
      : arrivalOf(outbox, what.key);
    asked.then(
      (found) => current && (found !== "unknown" || now) && (now = found),
      () => current && (now = "unknown"),
    );
    return () => (current = false);
  });
  return {
    get now() {
      return now;
    },
  };
}
