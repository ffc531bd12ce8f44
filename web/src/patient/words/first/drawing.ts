import { dictionary } from "../../../ui/language.svelte";

const en = {
  move: "Move the drawing",
  stop: "Hold the drawing still",
};

const es: typeof en = {
  move: "Mover el dibujo",
  stop: "Detener el dibujo",
};

export const words = dictionary({ en, es });
