import type { Dictionaries } from "../../core/i18n";
import { dictionary } from "../../ui/language.svelte";

/** The words of the paper, in the patient's language, also when the desk's language is another one. */
const en = {
  title: "Program on paper",
  intro:
    "What is published now, with pictures, to take home. The phone stays the place where it changes from day to day.",
  print: "Print",
  none: { title: "Nothing is published yet", hint: "Publish a program first.", open: "To the program" },
  sheet: {
    language: "Sheet in",
    head: (name: string) => `${name}'s home program`,
    as: (clinic: string, day: string) => `${clinic}, as of ${day}`,
    when: "When",
    smaller: "On a hard day",
    advice: "In everyday life",
    help: (phone: string) => `Questions? Call ${phone}.`,
    care: "Stop if an exercise brings sharp pain, and tell your therapist. In an emergency, call your emergency number.",
  },
};

const es: typeof en = {
  title: "Programa en papel",
  intro:
    "Lo que está publicado ahora, con dibujos, para llevar a casa. En el teléfono se ve lo que cambia de un día a otro.",
  print: "Imprimir",
  none: { title: "Todavía no hay nada publicado", hint: "Publique primero un programa.", open: "Al programa" },
  sheet: {
    language: "Hoja en",
    head: (name) => `Programa en casa de ${name}`,
    as: (clinic, day) => `${clinic}, al ${day}`,
    when: "Cuándo",
    smaller: "En un día difícil",
    advice: "En la vida diaria",
    help: (phone) => `¿Preguntas? Llame al ${phone}.`,
    care: "Deténgase si un ejercicio le causa un dolor agudo y avise a su terapeuta. En una emergencia, llame al número de emergencias.",
  },
};

export const handout = dictionary({ en, es });
export const sheets: Dictionaries<typeof en.sheet> = { en: en.sheet, es: es.sheet };
