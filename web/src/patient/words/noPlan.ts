import { dictionary } from "../../ui/language.svelte";

const en = {
  planNotHere: "Your plan is not on this phone yet",
  planNotHereWhy: "Connect once, and it works without a connection for the next two weeks.",
  planTooOld: "Your plan needs a fresh look",
  planTooOldWhy: "This phone has not been connected for two weeks. Connect once to see what is on now.",
};

const es: typeof en = {
  planNotHere: "Su plan todavía no está en este teléfono",
  planNotHereWhy: "Conéctese una vez y funcionará sin conexión por dos semanas.",
  planTooOld: "Hay que actualizar su plan",
  planTooOldWhy: "Este teléfono lleva dos semanas sin conexión. Conéctese una vez para ver qué toca ahora.",
};

export const words = dictionary({ en, es });
