/** A part of a screen that is not needed at its first paint: it is fetched beside, and undefined until it is there. */

import type { Component } from "svelte";

import { painted } from "./paint.svelte";

export function late<Props extends object>(
  load: () => Promise<{ default: Component<Props> }>,
): { readonly part: Component<Props> | undefined } {
  let part = $state.raw<Component<Props> | undefined>();
  // Without it the screen goes on; its content is shown elsewhere, or at the next visit.
  painted.then(load).then(
    (loaded) => (part = loaded.default),
    () => undefined,
  );
  return {
    get part() {
      return part;
    },
  };
}
