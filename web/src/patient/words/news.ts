import { dictionary } from "../../ui/language.svelte";

const en = {
  updatedBy: (name: string) => `Updated by ${name}`,
  seen: "Got it",
  deaf: "Reminders no longer reach this phone.",
};

const es: typeof en = {
  updatedBy: (name) => `Actualizado por ${name}`,
  seen: "Entendido",
  deaf: "Los avisos ya no llegan a este teléfono.",
};

export const words = dictionary({ en, es });
