/** The list of patients as it was left: coming back to it shows the same search, filter, order and place. */

import { call } from "../core/call";
import { type Filter, PAGE, wantedOf } from "./model/worklist";
import { forgetWithShared, Shared } from "./shared.svelte";
import type { Order, Worklist } from "./wire";

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
  ...(await read()),
  at: new Date(),
}));

/** The words that are searched for are no part of an address, which a proxy may write into its log. */
async function read(): Promise<Worklist> {
  const search = view.search.trim();
  const wanted = wantedOf(view);
  if (!search) return await call("GET /api/worklist", { query: wanted });
  return await call("POST /api/worklist/search", { body: { search, ...wanted } });
}
