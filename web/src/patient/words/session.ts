import { dictionary } from "../../ui/language.svelte";

const en = {
  progress: (at: number, of: number) => `Exercise ${at} of ${of}`,
  left: (minutes: number) => `${minutes} min left`,
  rest: "Rest",
  paused: "Paused",
  pause: "Pause",
  next: (title: string) => `Next: ${title}`,
  now: "Start now",
  end: "That was the last exercise of this session.",
  nothing: "Nothing is left to do of your exercises now.",
};

const es: typeof en = {
  progress: (at, of) => `Ejercicio ${at} de ${of}`,
  left: (minutes) => `Faltan ${minutes} min`,
  rest: "Descanse",
  paused: "En pausa",
  pause: "Pausa",
  next: (title) => `Sigue: ${title}`,
  now: "Empezar ya",
  end: "Ese fue el último ejercicio de esta sesión.",
  nothing: "Por ahora no queda nada por hacer de sus ejercicios.",
};

export const words = dictionary({ en, es });
