/** The state that the pieces of the program builder share through context. */

import { createContext } from "svelte";
import type { Builder } from "../builder.svelte";
import type { Plan } from "../model/draft";
import type { PlanNow } from "../model/planNow";
import type { ItemSuggestion } from "../model/steps";
import type { Warning } from "../model/warnings";
import type { Item, Library, Patient } from "../wire";

export type Layer = "plan" | "overlay";
/** An item whose dose is open, in the phase from which it was opened. */
export type Opened = { readonly id: string; readonly phase: string };

export type Bench = {
  readonly patient: Patient;
  readonly builder: Builder;
  readonly library: Library;
  readonly items: ReadonlyMap<string, Item>;
  readonly layer: Layer;
  /** The list being edited: the plan, or what comes first after a needling. */
  readonly plan: Plan;
  readonly warnings: readonly Warning[];
  readonly suggestions: readonly ItemSuggestion[];
  /** Whether nothing is suggested because something else comes first. */
  readonly heldBack: boolean;
  /** The patient's place on the plan's clock; undefined for what comes after each needling: it is never finished. */
  readonly now: PlanNow | undefined;
  /** The phase of the shown list that is on. */
  readonly current: string | undefined;
  /** The phase that a click in the library adds to. */
  readonly phase: string;
  opened: Opened | null;
  /** Whether the library is open where there is no room beside the phases. */
  shelf: boolean;
  /** Number of times that somebody asked to add: each time the search gets the focus. */
  readonly asked: number;
  /** The item that is being dragged. */
  dragged: Opened | null;
  edit(step: (plan: Plan) => Plan): void;
  /** Goes to the library to add to a phase. */
  add(phase: string): void;
  /** Removes an item; asks from which phases where there are several. */
  remove(opened: Opened): void;
  /** Tells a screen reader what a key or a drag has done. */
  tell(text: string): void;
};

export const [useBench, setBench] = createContext<Bench>();
