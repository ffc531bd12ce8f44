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

export type Change = Partial<Pick<Prescribed, "dosage" | "tiny" | "side" | "note" | "bodyPosition">>;

export function inPhase(plan: Plan, phase: string, kind?: ItemKind): Prescribed[] {
  return plan.items.filter((item) => item.phases.includes(phase) && (kind === undefined || item.kind === kind));
}

/**
 * Puts an exercise into a phase with its default dose, from the phase `from` on; advice and topics are on from the phase
 * to the end. A phase that has the item already is left out, and when none is left nothing changes.
 */
export function add(plan: Plan, item: Item, phase: string, id: string, from = phase): Plan {
  const slugs = plan.phases.map(({ slug }) => slug);
  const wanted =
    item.kind !== "exercise"
      ? slugs.slice(slugs.indexOf(phase))
      : from === phase
        ? [phase]
        : slugs.slice(slugs.indexOf(from), slugs.indexOf(phase) + 1);
  const phases = wanted.filter(
    (slug) => !plan.items.some((present) => present.slug === item.slug && present.phases.includes(slug)),
  );
  return phases.length ? { ...plan, items: [...plan.items, prescribe(item, phases, id)] } : plan;
}

export function remove(plan: Plan, id: string): Plan {
  return { ...plan, items: plan.items.filter((item) => item.id !== id) };
}

/** Takes an item out of some phases; out of its last one it is removed. */
export function removeFrom(plan: Plan, id: string, phases: readonly string[]): Plan {
  const item = plan.items.find((one) => one.id === id);
  const left = item?.phases.filter((slug) => !phases.includes(slug));
  if (!left?.length) return remove(plan, id);
  return { ...plan, items: plan.items.map((one) => (one.id === id ? { ...one, phases: left } : one)) };
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

/**
 * Puts an exercise into a phase before another one, or at its end: within its phase a new order, else it leaves `from`
 * for `to`. Nothing changes where the other phase has the same exercise already.
 */
export function drop(plan: Plan, id: string, from: string, to: string, before: string | null): Plan {
  const moved = plan.items.find((item) => item.id === id);
  if (!moved || before === id) return plan;
  if (from !== to && plan.items.some((item) => item.slug === moved.slug && item.phases.includes(to))) return plan;
  const wanted = new Set(from === to ? moved.phases : [...moved.phases.filter((slug) => slug !== from), to]);
  const phases = plan.phases.map(({ slug }) => slug).filter((slug) => wanted.has(slug));
  const rest = plan.items.filter((item) => item !== moved);
  const column = rest.filter((item) => item.kind === moved.kind && item.phases.includes(to));
  const next = column.find((item) => item.id === before);
  const last = column.at(-1);
  const at = next ? rest.indexOf(next) : last ? rest.indexOf(last) + 1 : rest.length;
  if (from === to && plan.items.indexOf(moved) === at) return plan;
  return { ...plan, items: [...rest.slice(0, at), { ...moved, phases }, ...rest.slice(at)] };
}

/**
 * Another exercise in place of one, with its own dose and the same days, in the given phases; in the others the first
 * stays. A phase that has the other exercise already only loses the first.
 */
export function exchange(plan: Plan, id: string, other: Item, phases: readonly string[], otherId: string): Plan {
  const old = plan.items.find((item) => item.id === id);
  if (!old) return plan;
  const free = phases.filter(
    (slug) => !plan.items.some((item) => item.slug === other.slug && item.phases.includes(slug)),
  );
  const fresh = prescribe(other, free, otherId);
  const { weekdays, timesPerDay } = old.dosage ?? { weekdays: 127, timesPerDay: 1 };
  if (fresh.dosage) fresh.dosage = { ...fresh.dosage, weekdays, timesPerDay };
  const kept = old.phases.filter((slug) => !phases.includes(slug));
  return {
    ...plan,
    items: plan.items.flatMap((item) => [
      ...(item !== old ? [item] : kept.length ? [{ ...old, phases: kept }] : []),
      ...(item === old && free.length ? [fresh] : []),
    ]),
  };
}

function prescribe(item: Item, phases: string[], id: string): { -readonly [K in keyof Prescribed]: Prescribed[K] } {
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
