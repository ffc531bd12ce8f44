/** A dose in plain words: "2 sets of 8 · each side · hold 5 seconds". */

import type { Dosage } from "./api";

/** A dose as it is answered, or as it is written, with what has a default left out. */
type Measured = { [Field in keyof Dosage]?: Dosage[Field] | undefined };

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
