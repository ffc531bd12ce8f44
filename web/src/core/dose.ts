/** A dose in plain words: "2 sets of 8 · each side · hold 5 seconds". */

import type { Dosage, TodayItem } from "./api";

/** A dose as it is answered, or as it is written, with what has a default left out. */
type Measured = { [Field in keyof Dosage]?: Dosage[Field] | undefined };

type Prescribed = Pick<TodayItem, "dosage" | "tiny" | "side">;

/** Between two exercises. */
const changeSeconds = 30;

/** The words of one language (ui/words/dose.ts). */
export type DoseWords = Record<"eachSide" | "left" | "right", string> &
  Record<"reps" | "timesADay" | "minutes" | "seconds", (n: number) => string> &
  Record<"hold" | "rest", (time: string) => string> & { sets: (n: number, each: string) => string };

export function doseText(dose: Measured, say: DoseWords, side: "left" | "right" | null = null): string {
  const sets = dose.sets ?? 1;
  const amount = dose.reps == null ? duration(dose.durationS ?? 0, say) : say.reps(dose.reps);
  return [
    sets > 1 ? say.sets(sets, dose.reps == null ? amount : String(dose.reps)) : amount,
    side ? say[side] : dose.perSide ? say.eachSide : "",
    dose.holdS ? say.hold(duration(dose.holdS, say)) : "",
    sets > 1 && dose.restS ? say.rest(duration(dose.restS, say)) : "",
    dose.load ?? "",
  ]
    .filter(Boolean)
    .join(" · ");
}

/** Minutes that exercises take about, one after the other, in their prescribed or their smallest dose. */
export function minutesOf(items: readonly Prescribed[], small: boolean): number {
  const seconds = items.map(({ dosage, tiny, side }) => secondsOf({ ...dosage, ...(small && tiny) }, side));
  return Math.ceil(seconds.reduce((sum, each) => sum + each + changeSeconds, 0) / 60);
}

/** With a moment to get ready before each side and set. */
function secondsOf(dose: Measured, side: TodayItem["side"]): number {
  const sets = dose.sets ?? 1;
  const reps = dose.reps ?? 0;
  const work = dose.reps == null ? (dose.durationS ?? 0) : reps * (dose.holdS ? dose.holdS + 3 : 4);
  return sets * (dose.perSide && !side ? 2 : 1) * (work + 5) + (sets - 1) * (dose.restS ?? 0);
}

/** "3 times a day", empty for once. */
export function timesText(timesPerDay: number, say: DoseWords): string {
  return timesPerDay > 1 ? say.timesADay(timesPerDay) : "";
}

/** "45 seconds", "3 minutes", "1 minute 30 seconds". */
function duration(seconds: number, say: DoseWords): string {
  const minutes = Math.floor(seconds / 60);
  const rest = seconds % 60;
  return [minutes ? say.minutes(minutes) : "", rest || !minutes ? say.seconds(rest) : ""].filter(Boolean).join(" ");
}
