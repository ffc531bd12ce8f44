/** This phone's store, and the way from it to the server. */

import { Store } from "../../core/db";
import { Outbox } from "../../core/outbox";

export const store = new Store();
export const outbox = new Outbox(store);
