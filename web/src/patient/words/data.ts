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
  signedOut: "Sign in to see what your clinic keeps about you.",
  signIn: "Sign in",
  leaveTitle: "Delete my data",
  leaveWhat: "You can leave homeplan at any time. This cannot be undone.",
  gone: "Deleted at once",
  goneList: [
    "your name, year of birth and record number in homeplan",
    "your telephone number and that of your emergency contact, except as it says below",
    "your goal and your notes in your own words",
    "your reminders, and every phone's sign-in",
    "everything that homeplan keeps on this phone",
  ],
  kept: "What your clinic must keep",
  keptWhat:
    "Your treatment record: programs, needling sessions and the staff's notes, pain scores, what you did, safety answers, and who looked at it. The law of your country says for how long; your clinic can tell you.",
  keptHow: "It is kept under a code instead of your name.",
  keptAlert:
    "An urgent warning that your clinic has not answered yet stays open under the code, until somebody there has looked at it. Your telephone number, if they have it, stays with that warning until then, for seven days at most. They can no longer reach you through homeplan.",
  callFirst: "Your clinic has not answered an urgent warning about you yet. Call them before you delete your data.",
  numberKept: "Your telephone number stays with that warning until they have answered it, for seven days at most.",
  call: (clinic: string) => `Call ${clinic}`,
  takeFirst: "Save your data first if you want to have it. Afterwards you cannot.",
  unsent: (n: number) =>
    n === 1 ? "1 entry was not sent yet. It would be lost." : `${n} entries were not sent yet. They would be lost.`,
  begin: "Delete my data…",
  word: "DELETE",
  typeWord: (word: string) => `To go on, type ${word}`,
  yes: "Delete my data now",
  leaving: "Deleting…",
  leftTitle: "Your data was deleted",
  leftCode: "Your clinic keeps your treatment record under this code. Note it if you may want to ask about it one day:",
  leftApp: "You can take the app off your phone now. Your care at the clinic goes on as before.",
};

const es: typeof en = {
  title: "Sus datos",
  takeTitle: "Llévese sus datos",
  takeWhat:
    "Todo lo que su clínica guarda sobre usted en homeplan: sus datos, programa, punciones, registros, lo que hizo, avisos y quién lo consultó.",
  page: "Guardar una página para leer o imprimir",
  file: "Guardar un archivo para computadora",
  working: "Preparando sus datos…",
  saved: "Guardado. Búsquelo en las descargas de su teléfono. Es privado: guárdelo en un lugar seguro.",
  offline: "Para esto se necesita conexión. Intente de nuevo cuando la tenga.",
  tooMany: "Fueron muchas veces. Espere un minuto, por favor.",
  failed: "No funcionó. Intente de nuevo, por favor.",
  signedOut: "Entre para ver lo que su clínica guarda sobre usted.",
  signIn: "Entrar",
  leaveTitle: "Borrar mis datos",
  leaveWhat: "Puede dejar homeplan cuando quiera. No se puede deshacer.",
  gone: "Se borra de inmediato",
  goneList: [
    "su nombre, año de nacimiento y número de expediente en homeplan",
    "su teléfono y el de su contacto de emergencia, salvo lo que se dice abajo",
    "su meta y sus notas en sus propias palabras",
    "sus avisos y la sesión de cada teléfono",
    "todo lo que homeplan guarda en este teléfono",
  ],
  kept: "Lo que su clínica debe guardar",
  keptWhat:
    "Su expediente de tratamiento: programas, punciones y notas del personal, puntajes de dolor, lo que hizo, respuestas de seguridad y quién lo consultó. La ley de su país dice por cuánto tiempo; su clínica le puede informar.",
  keptHow: "Se guarda con un código en lugar de su nombre.",
  keptAlert:
    "Una advertencia urgente que su clínica aún no ha respondido sigue abierta con el código, hasta que alguien de allí la haya revisado. Su teléfono, si lo tienen, queda con esa advertencia hasta entonces, siete días como máximo. Ya no podrán comunicarse con usted por homeplan.",
  callFirst: "Su clínica aún no ha respondido una advertencia urgente sobre usted. Llame antes de borrar sus datos.",
  numberKept: "Su teléfono queda con esa advertencia hasta que la respondan, siete días como máximo.",
  call: (clinic) => `Llamar a ${clinic}`,
  takeFirst: "Guarde antes sus datos si los quiere tener. Después no podrá.",
  unsent: (n) =>
    n === 1 ? "1 registro no se ha enviado. Se perdería." : `${n} registros no se han enviado. Se perderían.`,
  begin: "Borrar mis datos…",
  word: "BORRAR",
  typeWord: (word) => `Para seguir, escriba ${word}`,
  yes: "Borrar mis datos ahora",
  leaving: "Borrando…",
  leftTitle: "Sus datos se borraron",
  leftCode: "Su clínica guarda su expediente con este código. Anótelo por si un día quiere preguntar por él:",
  leftApp: "Ya puede quitar la aplicación de su teléfono. Su atención en la clínica sigue como antes.",
};

export const words = dictionary({ en, es });
