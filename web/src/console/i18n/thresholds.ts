/** The numbers from which the alert rules warn, as sentences; the parameter is the number. */

import { dictionary } from "../../ui/language.svelte";

const en = {
  title: "When to be warned",
  hint: "homeplan warns by fixed rules. These numbers may be changed within clinical limits; the rules of warning signs and emergencies may not.",
  hintClinic: "For all patients of the clinic, except where a therapist chose another number for one patient.",
  hintPatient: "For this patient alone; these numbers go before the clinic's.",
  counts:
    "A change counts within a minute where days are counted, and from the next check-in on where an answer is judged.",
  rules: {
    "pain-rise.usual.rise": (n) => `Pain is up by ${n} points on average and does not go back`,
    "severe-pain.worst": (n) => `Worst pain of ${n} or more on two days`,
    "severe-pain.above-start": (n) => `Severe pain counts from ${n} points above the start`,
    "soreness-72h.score": (n) => `Soreness of ${n} or more after 72 hours`,
    "soreness-high.score": (n) => `Soreness of ${n} or more in the first 72 hours`,
    "exercise-red.days": (n) => `Exercise that hurts too much, days in a week: ${n}`,
    "exercise-red.worst": (n) => `Too much pain in one exercise, from ${n}`,
    "no-checkin.days": (n) => `${n} days without a check-in`,
    "no-exercise.days": (n) => `Days with exercise in a week: fewer than ${n}`,
    "phase-waiting.days": (n) => `The next phase waits for ${n} days`,
    "no-change.days": (n) => `No change of pain after ${n} days`,
  } as Record<string, (n: string) => string>,
  levels: { homeplan: "homeplan", clinic: "This clinic", patient: "This patient" },
  limits: "Limits",
  range: (least: string, most: string) => `${least} to ${most}`,
  change: "Change",
  changeLabel: (what: string) => `Change: ${what}`,
  number: "Number",
  reason: "Reason",
  reasonHint: "For colleagues, in at least three letters.",
  restore: { clinic: "Use homeplan's number", patient: "Use the clinic's number" },
  done: (what: string) => `Changed: ${what}.`,
  earlier: (n: number) => (n === 1 ? "1 earlier change" : `${n} earlier changes`),
  back: "taken back",
  entry: (number: string, reason: string, name: string, when: string) => `${number}: ${reason} (${name}, ${when})`,
  source: "Source of the limits",
  whose: { homeplan: "homeplan's number", clinic: "the clinic's number", patient: "this patient's number" } as Record<
    string,
    string
  >,
};

const es: typeof en = {
  title: "Cuándo recibir una alerta",
  hint: "homeplan da alertas según reglas fijas. Estos números se pueden cambiar dentro de límites clínicos; las reglas de las señales de alarma y de las emergencias, no.",
  hintClinic: "Para todos los pacientes de la clínica, salvo donde un terapeuta eligió otro número para un paciente.",
  hintPatient: "Solo para este paciente; estos números van antes que los de la clínica.",
  counts:
    "Un cambio cuenta en un minuto donde se cuentan días y, donde se juzga una respuesta, a partir del siguiente registro.",
  rules: {
    "pain-rise.usual.rise": (n) => `El dolor sube ${n} puntos en promedio y no baja`,
    "severe-pain.worst": (n) => `Peor dolor de ${n} o más en dos días`,
    "severe-pain.above-start": (n) => `El dolor fuerte cuenta desde ${n} puntos por encima del inicio`,
    "soreness-72h.score": (n) => `Molestia de ${n} o más después de 72 horas`,
    "soreness-high.score": (n) => `Molestia de ${n} o más en las primeras 72 horas`,
    "exercise-red.days": (n) => `Ejercicio que duele demasiado, días en una semana: ${n}`,
    "exercise-red.worst": (n) => `Demasiado dolor en un ejercicio, desde ${n}`,
    "no-checkin.days": (n) => `${n} días sin registro`,
    "no-exercise.days": (n) => `Días con ejercicio en una semana: menos de ${n}`,
    "phase-waiting.days": (n) => `La fase siguiente espera ${n} días`,
    "no-change.days": (n) => `Sin cambio del dolor después de ${n} días`,
  },
  levels: { homeplan: "homeplan", clinic: "Esta clínica", patient: "Este paciente" },
  limits: "Límites",
  range: (least, most) => `de ${least} a ${most}`,
  change: "Cambiar",
  changeLabel: (what) => `Cambiar: ${what}`,
  number: "Número",
  reason: "Motivo",
  reasonHint: "Para los colegas, con al menos tres letras.",
  restore: { clinic: "Usar el número de homeplan", patient: "Usar el número de la clínica" },
  done: (what) => `Cambiado: ${what}.`,
  earlier: (n) => (n === 1 ? "1 cambio anterior" : `${n} cambios anteriores`),
  back: "retirado",
  entry: (number, reason, name, when) => `${number}: ${reason} (${name}, ${when})`,
  source: "Fuente de los límites",
  whose: { homeplan: "número de homeplan", clinic: "número de la clínica", patient: "número de este paciente" },
};

export const thresholdWords = dictionary({ en, es });

/** "severe-pain.worst 6 clinic", as an alert holds the number that it was judged by, in words; else nothing. */
export function thresholdUsed(value: string): string | undefined {
  const [, id, number, whose] = /^([a-z0-9-]+\.[a-z0-9.-]+) ([\d.]+) ([a-z]+)$/.exec(value) ?? [];
  const t = thresholdWords();
  const rule = t.rules[id ?? ""];
  return rule && `${rule(number!)} (${t.whose[whose!]})`;
}
