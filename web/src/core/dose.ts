/** A dose in plain words: "2 sets of 8 · each side · hold 5 seconds". */

import type { Dosage } from "./api";
import type { Dictionaries, Language } from "./i18n";

/** A dose as it is answered, or as it is written, with what has a default left out. */
type Measured = { [Field in keyof Dosage]?: Dosage[Field] | undefined };

export function doseText(dose: Measured, language: Language, side: "left" | "right" | null = null): string {
  const say = words[language];
  const sets = dose.sets ?? 1;
  const amount = dose.reps == null ? duration(dose.durationS ?? 0, language) : say.reps(dose.reps);
  return [
    sets > 1 ? say.sets(sets, dose.reps == null ? amount : String(dose.reps)) : amount,
    side ? say[side] : dose.perSide ? say.eachSide : "",
    dose.holdS ? say.hold(duration(dose.holdS, language)) : "",
    sets > 1 && dose.restS ? say.rest(duration(dose.restS, language)) : "",
    dose.load ?? "",
  ]
    .filter(Boolean)
    .join(" · ");
}

/** "3 times a day", empty for once. */
export function timesText(timesPerDay: number, language: Language): string {
  return timesPerDay > 1 ? words[language].timesADay(timesPerDay) : "";
}

/** "45 seconds", "3 minutes", "1 minute 30 seconds". */
export function duration(seconds: number, language: Language): string {
  const say = words[language];
  const minutes = Math.floor(seconds / 60);
  const rest = seconds % 60;
  return [minutes ? say.minutes(minutes) : "", rest || !minutes ? say.seconds(rest) : ""].filter(Boolean).join(" ");
}

const en = {
  reps: (n: number) => (n === 1 ? "1 time" : `${n} times`),
  sets: (n: number, each: string) => `${n} sets of ${each}`,
  eachSide: "each side",
  left: "left side",
  right: "right side",
  hold: (time: string) => `hold ${time}`,
  rest: (time: string) => `rest ${time} between sets`,
  timesADay: (n: number) => (n === 2 ? "twice a day" : `${n} times a day`),
  minutes: (n: number) => (n === 1 ? "1 minute" : `${n} minutes`),
  seconds: (n: number) => (n === 1 ? "1 second" : `${n} seconds`),
};

const es: typeof en = {
  reps: (n) => (n === 1 ? "1 vez" : `${n} veces`),
  sets: (n, each) => `${n} series de ${each}`,
  eachSide: "cada lado",
  left: "lado izquierdo",
  right: "lado derecho",
  hold: (time) => `sostenga ${time}`,
  rest: (time) => `descanse ${time} entre series`,
  timesADay: (n) => `${n} veces al día`,
  minutes: (n) => (n === 1 ? "1 minuto" : `${n} minutos`),
  seconds: (n) => (n === 1 ? "1 segundo" : `${n} segundos`),
};

const words: Dictionaries<typeof en> = { en, es };
