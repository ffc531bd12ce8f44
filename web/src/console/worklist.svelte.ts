/** The list of patients as it was left: coming back to it shows the same search, filter, order and place. */

import { call } from "../core/call";
import { type Filter, PAGE, queryOf } from "./model/worklist";
import { forgetWithShared, Shared } from "./shared.svelte";
import type { Order } from "./wire";

class View {
  search = $state("");
  group = $state<Filter>();
  order = $state<Order>("need");
  most = $state(PAGE);
  /** The scroll position of the page in CSS pixels. */
  scrolled = 0;

  forget(): void {
    [this.search, this.group, this.order, this.most, this.scrolled] = ["", undefined, "need", PAGE, 0];
  }
}

export const view = new View();
forgetWithShared(view);

export const worklist = new Shared(async () => ({
  ...(await call("GET /api/worklist", { query: queryOf(view) })),
  at: new Date(),
}));
