/** The state that the pieces of the program builder share through context. */

import { createContext } from "svelte";
import type { Builder } from "../builder.svelte";
import type { Plan } from "../model/draft";
import type { Warning } from "../model/warnings";
import type { Item, Library, Patient } from "../wire";

export type Bench = {
  readonly patient: Patient;
  readonly builder: Builder;
  readonly library: Library;
  readonly items: ReadonlyMap<string, Item>;
  /** The list being edited: the plan, or what comes first after a needling. */
  readonly plan: Plan;
  readonly warnings: readonly Warning[];
  /** The phase that a click in the library adds to. */
  phase: string;
  edit(step: (plan: Plan) => Plan): void;
};

export const [useBench, setBench] = createContext<Bench>();
