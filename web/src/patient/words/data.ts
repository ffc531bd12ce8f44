import { dictionary } from "../../ui/language.svelte";

const en = {
  title: "Your data",
  takeTitle: "Take your data with you",
  takeWhat:
    "Everything your clinic keeps about you in homeplan: your details, program, needling sessions, check-ins, what you did, reminders, and who looked at it.",
  page: "Save a page to read or print",
  file: "Save a file for a computer",
  working: "Getting your data ready…",
  saved: "Saved. Look in your phone's downloads. It is private: keep it in a safe place.",
  offline: "This needs a connection. Try again when you are online.",
  tooMany: "That was a lot of times. Please wait a minute.",
  failed: "That did not work. Please try again.",
};

const es: typeof en = {
  title: "Sus datos",
  takeTitle: "Llévese sus datos",
  takeWhat:
    "Todo lo que su clínica guarda sobre usted en homeplan: sus datos, programa, punciones, registros, lo que hizo, recordatorios y quién lo consultó.",
  page: "Guardar una página para leer o imprimir",
  file: "Guardar un archivo para computadora",
  working: "Preparando sus datos…",
  saved: "Guardado. Búsquelo en las descargas de su teléfono. Es privado: guárdelo en un lugar seguro.",
  offline: "Para esto se necesita conexión. Intente de nuevo cuando la tenga.",
  tooMany: "Fueron muchas veces. Espere un minuto, por favor.",
  failed: "No funcionó. Intente de nuevo, por favor.",
};

export const words = dictionary({ en, es });
