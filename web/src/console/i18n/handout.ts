import type { Dictionaries } from "../../core/i18n";
import { dictionary } from "../../ui/language.svelte";

/** The words of the paper, in the patient's language, also when the desk's language is another one. */
const en = {
  title: "Program on paper",
  intro:
    "What is published now, with pictures, to take home. The phone stays the place where it changes from day to day.",
  print: "Print",
  part: "Contents",
  parts: { now: "What is on now", whole: "Whole program" },
  join: "Add a code for the phone",
  joinHint: "Makes an invitation, as under Invite: it works once, and voids an earlier one.",
  none: { title: "Nothing is published yet", hint: "Publish a program first.", open: "To the program" },
  empty: {
    title: "There is nothing to print",
    hint: "This part of the program has no items that the patient may be shown.",
  },
  unsigned: (n: number) =>
    n === 1
      ? "One item is not signed, so it is not on the sheet:"
      : `${n} items are not signed, so they are not on the sheet:`,
  drafts: (n: number) =>
    n === 1
      ? "One item is not signed. The sheet marks it as a draft:"
      : `${n} items are not signed. The sheet marks them as drafts:`,
  toLibrary: "To the library",
  sheet: {
    language: "Sheet in",
    head: (name: string) => `${name}'s home program`,
    printed: (day: string) => `Printed ${day}`,
    needled: (when: string) => `after needling on ${when}`,
    until: (day: string) => `for the time until ${day}`,
    goal: "Your goal",
    first: "The first 72 hours",
    firstAgain: "The first 72 hours after each needling",
    firstDo: "Do",
    firstAvoid: "Leave out",
    firstMoves: "Your moves",
    draft: "Draft, not signed",
    smaller: "On a hard day",
    from: (phase: string) => `From “${phase}” on`,
    advice: "In everyday life",
    topics: "Good to know",
    stop: "When to stop",
    picture: (title: string) => `Picture: ${title}`,
    call: (number: string) => `Call ${number}`,
    callUnknown: "Call your emergency number",
    if: "if you have one of these:",
    sameDay: "Call the clinic the same day for:",
    help: (phone: string) => `Questions? ${phone}`,
    helpUnknown: "Questions? Call your clinic.",
    scan: "Scan with your phone",
    code: "or type this code:",
    qr: "QR code of the link",
    scanUntil: (when: string) => `until ${when}`,
    weekdays: ["M", "T", "W", "T", "F", "S", "S"],
  },
};

const es: typeof en = {
  title: "Programa en papel",
  intro:
    "Lo que está publicado ahora, con dibujos, para llevar a casa. En el teléfono se ve lo que cambia de un día a otro.",
  print: "Imprimir",
  part: "Contenido",
  parts: { now: "Lo que toca ahora", whole: "Programa completo" },
  join: "Agregar un código para el teléfono",
  joinHint: "Crea una invitación, como en Invitar: sirve una vez y anula la anterior.",
  none: { title: "Todavía no hay nada publicado", hint: "Publique primero un programa.", open: "Al programa" },
  empty: {
    title: "No hay nada que imprimir",
    hint: "Esta parte del programa no tiene contenidos que se puedan mostrar al paciente.",
  },
  unsigned: (n) =>
    n === 1
      ? "Un contenido no tiene firma, por eso no está en la hoja:"
      : `${n} contenidos no tienen firma, por eso no están en la hoja:`,
  drafts: (n) =>
    n === 1
      ? "Un contenido no tiene firma. La hoja lo marca como borrador:"
      : `${n} contenidos no tienen firma. La hoja los marca como borradores:`,
  toLibrary: "A la biblioteca",
  sheet: {
    language: "Hoja en",
    head: (name) => `Programa en casa de ${name}`,
    printed: (day) => `Impreso el ${day}`,
    needled: (when) => `después de la punción del ${when}`,
    until: (day) => `para el tiempo hasta el ${day}`,
    goal: "Su meta",
    first: "Las primeras 72 horas",
    firstAgain: "Las primeras 72 horas después de cada punción",
    firstDo: "Haga",
    firstAvoid: "Evite",
    firstMoves: "Sus movimientos",
    draft: "Borrador, sin firma",
    smaller: "En un día difícil",
    from: (phase) => `Desde «${phase}»`,
    advice: "En la vida diaria",
    topics: "Bueno saberlo",
    stop: "Cuándo parar",
    picture: (title) => `Imagen: ${title}`,
    call: (number) => `Llame al ${number}`,
    callUnknown: "Llame al número de emergencias",
    if: "si tiene algo de esto:",
    sameDay: "Llame a la clínica el mismo día si tiene:",
    help: (phone) => `¿Preguntas? ${phone}`,
    helpUnknown: "¿Preguntas? Llame a su clínica.",
    scan: "Escanee con su teléfono",
    code: "o escriba este código:",
    qr: "Código QR del enlace",
    scanUntil: (when) => `hasta ${when}`,
    weekdays: ["L", "M", "M", "J", "V", "S", "D"],
  },
};

export const handout = dictionary({ en, es });
export type SheetWords = typeof en.sheet;
export const sheets: Dictionaries<SheetWords> = { en: en.sheet, es: es.sheet };
