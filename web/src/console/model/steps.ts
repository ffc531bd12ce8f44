/** The dose of an exercise after a suggestion that the therapist applies. Nothing applies it by itself. */

import type { Dosage, Exercise, Report } from "../wire";
import type { Prescribed } from "./draft";

export type ItemSuggestion = Report["suggestions"][number];
export type Advice = ItemSuggestion["suggestion"]["advice"];

/** Repetitions or seconds of one step. A convention; the therapist sees the new dose before publishing. */
const stepOf = { reps: 2, durationS: 10 };

/**
 * The dose one step up or down, within the range that the library offers for the exercise; undefined where there is no
 * step left. A change of the dose is offered beside the easier or harder exercise.
 */
export function steppedDose(item: Prescribed, source: Exercise, advice: Advice): Dosage | undefined {
  const { dosage } = item;
  if (!dosage || advice === "hold") return undefined;
  const field = dosage.durationS === null ? "reps" : "durationS";
  const value = dosage[field] ?? 0;
  const [least, most] = source.doseRange[field] ?? [1, value];
  const wanted = value + (advice === "progress" ? stepOf[field] : -stepOf[field]);
  const next = advice === "progress" ? Math.min(wanted, most) : Math.max(wanted, least, tinyOf(item));
  return advice === "progress"
    ? next > value
      ? { ...dosage, [field]: next }
      : undefined
    : next < value
      ? { ...dosage, [field]: next }
      : undefined;
}

/** The smallest value per set with which the tiny dose is not more than the dose. */
function tinyOf({ dosage, tiny }: Prescribed): number {
  return dosage && tiny ? Math.ceil((tiny.sets * (tiny.reps ?? tiny.durationS ?? 1)) / dosage.sets) : 1;
}

/** The suggestion for an item: by its id in the published program. */
export function suggestionFor(
  suggestions: readonly ItemSuggestion[],
  item: Pick<Prescribed, "id">,
): ItemSuggestion["suggestion"] | undefined {
  return suggestions.find(({ prescriptionId }) => prescriptionId === item.id)?.suggestion;
}
