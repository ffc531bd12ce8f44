import { dictionary } from "../../ui/language.svelte";

const en = {
  do: "Good to do",
  avoid: "Better not yet",
};

const es: typeof en = {
  do: "Ayuda",
  avoid: "Mejor todavía no",
};

export const words = dictionary({ en, es });
