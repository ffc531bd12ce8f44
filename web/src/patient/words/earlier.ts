import { dictionary } from "../../ui/language.svelte";

const en = {
  offline: "Earlier days are not on this phone. Connect to see them.",
  other: "Earlier days did not arrive. Try again in a moment.",
};

const es: typeof en = {
  offline: "Los días anteriores no están en este teléfono. Conéctese para verlos.",
  other: "No llegaron los días anteriores. Inténtelo otra vez en un momento.",
};

export const words = dictionary({ en, es });
