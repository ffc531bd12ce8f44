/** Faults that keep a needling session from being saved: a sentence each, and a word or two for the button. */

import { dictionary } from "../../ui/language.svelte";

const en = {
  title: "Before this can be saved:",
  "not-asked": (n: number) =>
    n === 1 ? "1 item of the screen has no answer." : `${n} items of the screen have no answer.`,
  "no-reason": "Write down why you go ahead: at least 15 letters.",
  adapted: "Write down what you do differently.",
  undecided: "Choose a decision.",
  stop: "A rule stops this session: decide “Do not needle”, or say that it took place.",
  despite: "Write down why the session took place: at least 15 letters.",
  twice: "A muscle is listed twice with the same side and technique. Remove one.",
  "no-sites": "Add at least one muscle.",
  side: (name: string) => `Choose a side for ${name}.`,
  painBefore: "Pain before is a whole number from 0 to 10, or empty.",
  painAfter: "Pain after is a whole number from 0 to 10, or empty.",
  "end-before-start": "The last needle cannot be out before the first one is in.",
  future: "The session can end within the next hour at the latest.",
  time: "Day and both times are needed.",
  missing: {
    all: (parts: readonly string[]) => `Missing: ${parts.join(", ")}`,
    "not-asked": (n: number) => (n === 1 ? "1 answer" : `${n} answers`),
    "no-reason": "a reason",
    adapted: "a reason",
    undecided: "a decision",
    stop: "a decision",
    despite: "why it took place",
    twice: "each muscle only once",
    "no-sites": "a muscle",
    side: "a side",
    pain: "pain from 0 to 10",
    "end-before-start": "an end after the start",
    future: "an earlier end",
    time: "day and times",
  },
};

const es: typeof en = {
  title: "Antes de guardar:",
  "not-asked": (n) => (n === 1 ? "Falta 1 respuesta." : `Faltan ${n} respuestas.`),
  "no-reason": "Anote por qué sigue: al menos 15 letras.",
  adapted: "Anote qué hará diferente.",
  undecided: "Elija una decisión.",
  stop: "Una regla detiene esta sesión: decida «No punzar» o diga que se hizo.",
  despite: "Anote por qué se hizo la sesión: al menos 15 letras.",
  twice: "Un músculo está dos veces con el mismo lado y la misma técnica. Quite uno.",
  "no-sites": "Agregue al menos un músculo.",
  side: (name) => `Elija un lado para ${name}.`,
  painBefore: "El dolor antes es un número entero de 0 a 10, o vacío.",
  painAfter: "El dolor después es un número entero de 0 a 10, o vacío.",
  "end-before-start": "La última aguja no puede salir antes de que entre la primera.",
  future: "La sesión puede terminar a más tardar en una hora.",
  time: "Hacen falta el día y las dos horas.",
  missing: {
    all: (parts) => `Falta: ${parts.join(", ")}`,
    "not-asked": (n) => (n === 1 ? "1 respuesta" : `${n} respuestas`),
    "no-reason": "un motivo",
    adapted: "un motivo",
    undecided: "una decisión",
    stop: "una decisión",
    despite: "por qué se hizo",
    twice: "cada músculo una sola vez",
    "no-sites": "un músculo",
    side: "un lado",
    pain: "dolor de 0 a 10",
    "end-before-start": "un final después del comienzo",
    future: "un final más temprano",
    time: "día y horas",
  },
};

export const needlingFaults = dictionary({ en, es });
