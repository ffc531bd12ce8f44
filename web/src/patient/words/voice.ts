/** The words that the player speaks. */

import { dictionary } from "../../ui/language.svelte";
import type { Wording } from "../../core/spoken";

const en: Wording = {
  ready: "Get ready.",
  changeSides: "Change sides.",
  side: { left: "Left side.", right: "Right side." },
  go: "Go.",
  hold: "Hold.",
  holdAgain: (rep) => `${rep}. Hold.`,
  lastHold: "Last one. Hold.",
  release: "Let go.",
  times: (reps) => (reps === 1 ? "1 time." : `${reps} times.`),
  rest: "Good. Rest.",
  time: (seconds) => {
    const minutes = seconds / 60;
    if (minutes > 1 && Number.isInteger(minutes)) return `${minutes} minutes.`;
    return seconds === 1 ? "1 second." : `${seconds} seconds.`;
  },
  oneMore: (rep) => `${rep}. One more.`,
  halfway: "Halfway.",
  done: "Well done. That was all of it.",
};

const es: Wording = {
  ready: "Prepárese.",
  changeSides: "Cambie de lado.",
  side: { left: "Lado izquierdo.", right: "Lado derecho." },
  go: "Ya.",
  hold: "Sostenga.",
  holdAgain: (rep) => `${rep}. Sostenga.`,
  lastHold: "La última. Sostenga.",
  release: "Suelte.",
  times: (reps) => (reps === 1 ? "1 vez." : `${reps} veces.`),
  rest: "Bien. Descanse.",
  time: (seconds) => {
    const minutes = seconds / 60;
    if (minutes > 1 && Number.isInteger(minutes)) return `${minutes} minutos.`;
    return seconds === 1 ? "1 segundo." : `${seconds} segundos.`;
  },
  oneMore: (rep) => `${rep}. Una más.`,
  halfway: "La mitad.",
  done: "Muy bien. Eso fue todo.",
};

export const words = dictionary({ en, es });
