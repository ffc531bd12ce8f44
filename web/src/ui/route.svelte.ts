/** The route on screen, as reactive state. */

import { currentRoute, onRoute, type Route } from "../core/router";

let current = $state.raw<Route>(currentRoute());
onRoute((route) => (current = route));

export const route = {
  get parts(): Route {
    return current;
  },
};
