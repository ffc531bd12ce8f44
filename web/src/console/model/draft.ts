/**
 * A program while it is being built. Every step is a new value made from the last one, so undo is keeping the old.
 * Positions are the order of the list; the server numbers them when it is sent.
 */

import type { Activity, Dosage, Item, ItemKind, Phase, Text, TinyDose } from "../wire";
import type { OneSide } from "./dose";

export type Prescribed = {
  readonly id: string;
  readonly kind: ItemKind;
  readonly slug: string;
  /** Slugs of the phases it is on in, in the order of the hour clock; never empty. */
  readonly phases: readonly string[];
  readonly dosage: Dosage | null;
  readonly tiny: TinyDose | null;
  readonly side: OneSide | null;
  readonly note: Text | null;
  /** The position in which an exercise is done; null: the library's. */
  readonly bodyPosition: string | null;
};

export type Plan = {
  readonly phases: readonly Phase[];
  readonly items: readonly Prescribed[];
  /** Without lying or kneeling; left out: with it. */
  readonly noFloor?: boolean;
};

export type Change = Partial<Pick<Prescribed, "dosage" | "tiny" | "side" | "note">>;

export function inPhase(plan: Plan, phase: string, kind?: ItemKind): Prescribed[] {
  return plan.items.filter((item) => item.phases.includes(phase) && (kind === undefined || item.kind === kind));
}

/**
 * Puts an exercise into a phase with its default dose; advice and topics are on from that phase to the end. A phase
 * that has the item already is left out, and when none is left nothing changes.
 */
export function add(plan: Plan, item: Item, phase: string, id: string): Plan {
  const slugs = plan.phases.map(({ slug }) => slug);
  const wanted = item.kind === "exercise" ? [phase] : slugs.slice(slugs.indexOf(phase));
  const phases = wanted.filter(
    (slug) => !plan.items.some((present) => present.slug === item.slug && present.phases.includes(slug)),
  );
  return phases.length ? { ...plan, items: [...plan.items, prescribe(item, phases, id)] } : plan;
}

export function remove(plan: Plan, id: string): Plan {
  return { ...plan, items: plan.items.filter((item) => item.id !== id) };
}

export function change(plan: Plan, id: string, to: Change): Plan {
  return { ...plan, items: plan.items.map((item) => (item.id === id ? { ...item, ...to } : item)) };
}

/** Switches an item on or off in a phase. Its last phase stays, and one phase has the same thing once. */
export function togglePhase(plan: Plan, id: string, phase: string): Plan {
  const slug = plan.items.find((item) => item.id === id)?.slug;
  if (plan.items.some((item) => item.id !== id && item.slug === slug && item.phases.includes(phase))) return plan;
  return {
    ...plan,
    items: plan.items.map((item) => {
      if (item.id !== id) return item;
      const wanted = new Set(item.phases);
      if (!wanted.delete(phase)) wanted.add(phase);
      const phases = plan.phases.map(({ slug }) => slug).filter((slug) => wanted.has(slug));
      return phases.length ? { ...item, phases } : item;
    }),
  };
}

/** Moves an exercise past its neighbour in that phase, anything else past its neighbour of the same kind: up -1, down +1. */
export function move(plan: Plan, id: string, phase: string, by: -1 | 1): Plan {
  const moved = plan.items.find((item) => item.id === id);
  if (!moved) return plan;
  const column =
    moved.kind === "exercise" ? inPhase(plan, phase, "exercise") : plan.items.filter(({ kind }) => kind === moved.kind);
  const neighbour = column[column.indexOf(moved) + by];
  if (!neighbour) return plan;
  const rest = plan.items.filter((item) => item !== moved);
  const at = rest.indexOf(neighbour) + (by === 1 ? 1 : 0);
  return { ...plan, items: [...rest.slice(0, at), moved, ...rest.slice(at)] };
}

function prescribe(item: Item, phases: string[], id: string): Prescribed {
  return {
    id,
    kind: item.kind,
    slug: item.slug,
    phases,
    ...defaults(item),
    side: null,
    note: null,
    bodyPosition: null,
  };
}

function defaults(item: Item): Pick<Prescribed, "dosage" | "tiny"> {
  if (item.kind === "exercise") return { dosage: { ...item.dose }, tiny: { ...item.tiny } };
  if (item.kind === "activity") return { dosage: activityDose(item), tiny: null };
  return { dosage: null, tiny: null };
}

/** The dose of an activity: only times per day and weekdays count. */
function activityDose(item: Activity): Dosage {
  return {
    sets: 1,
    reps: null,
    durationS: null,
    holdS: 0,
    restS: 0,
    perSide: false,
    load: null,
    timesPerDay: item.defaultPrompt?.timesPerDay ?? 1,
    weekdays: 127,
  };
}
