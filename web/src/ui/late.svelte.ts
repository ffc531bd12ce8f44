/** A part of a screen that is not needed at its first paint: it is fetched beside, and undefined until it is there. */

import type { Component } from "svelte";

import { paint } from "./paint.svelte";

export class Late<Props extends object> {
  part = $state.raw<Component<Props> | undefined>();

  constructor(load: () => Promise<{ default: Component<Props> }>) {
    // Without it the screen goes on; its content is shown elsewhere, or at the next visit.
    paint.over.then(load).then(
      (loaded) => (this.part = loaded.default),
      () => undefined,
    );
  }
}
