/** The route on screen, as reactive state. */

import { currentRoute, onRoute, type Route } from "../core/router";

class CurrentRoute {
  parts = $state.raw<Route>(currentRoute());

  constructor() {
    onRoute((route) => (this.parts = route));
  }
}

export const route = new CurrentRoute();
