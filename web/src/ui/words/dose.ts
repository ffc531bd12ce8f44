import { dictionary } from "../language.svelte";

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

/** Both languages beside each other, for what compares them. */
export const doseWords = { en, es };

export const words = dictionary({ en, es });
