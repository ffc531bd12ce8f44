import { dictionary } from "../../ui/language.svelte";

const en = {
  ask: "Would you like a reminder each day?",
  askedOn: (time: string) => `Your daily check-in: each day at ${time}. You can change it under Me, Reminders.`,
  chooseTime: "Choose when",
  notNow: "Not now",
};

const es: typeof en = {
  ask: "¿Quiere un aviso cada día?",
  askedOn: (time) => `Su registro diario: cada día a las ${time}. Puede cambiarlo en Yo, Avisos.`,
  chooseTime: "Elegir cuándo",
  notNow: "Ahora no",
};

export const words = dictionary({ en, es });
