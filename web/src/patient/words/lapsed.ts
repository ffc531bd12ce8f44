import { dictionary } from "../../ui/language.svelte";

const en = {
  notSent: (day: string) =>
    `You started the check-in of ${day} and did not save it. That day can no longer be changed, so it was not sent.`,
  seen: "Got it",
};

const es: typeof en = {
  notSent: (day) => `Empezó el registro del ${day} y no lo guardó. Ese día ya no se puede cambiar; no se envió.`,
  seen: "Entendido",
};

export const words = dictionary({ en, es });
