/** Whether an exercise may be begun now, and its smaller variants. The therapist's dose is the largest. */

import type { Exercise, Plan } from "./api";
import { type OneSide, tinyDose } from "./player";
import type { ItemToday } from "./today";

/** Whether an exercise may be begun: the therapist's limits hold, and what is done for today is done. */
export function mayBegin(item: ItemToday, paused: boolean): boolean {
  return !paused && !item.held && item.timesOpen > 0;
}

/** The variant that is played when the person asks for less: never more than the therapist prescribed. */
export type Variant = "" | "tiny" | "easier";

export type Played = { content: Exercise; dose: Dose; side: OneSide | null; variant: Variant };

type Dose = Parameters<typeof tinyDose>[1];

/** The easier exercise of an item's chain, where the clinic shows it. */
export function easierOf(item: ItemToday, plan: Plan): Exercise | undefined {
  const easier = item.content.kind === "exercise" && item.content.easier ? plan.items[item.content.easier] : undefined;
  return easier?.kind === "exercise" ? easier : undefined;
}

/** The exercise as it is played: as prescribed, its smallest dose, or the smallest dose of the easier exercise. */
export function played(item: ItemToday, plan: Plan, variant: Variant): Played | undefined {
  const { content, dosage, side } = item;
  if (content.kind !== "exercise" || !dosage) return undefined;
  const easier = variant === "easier" ? easierOf(item, plan) : undefined;
  if (easier)
    return {
      content: easier,
      dose: tinyDose(easier.tiny, easier.dose),
      side: easier.dose.perSide ? side : null,
      variant,
    };
  if (variant === "tiny" && item.tiny) return { content, dose: tinyDose(item.tiny, dosage), side, variant };
  return { content, dose: dosage, side, variant: "" };
}
