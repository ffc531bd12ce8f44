import { dictionary } from "../../ui/language.svelte";

const en = {
  title: "Safety check",
  pick: "Tap everything that is true for you right now.",
  none: "None of these",
  send: "Continue",
  somethingElse: "Something else. Continue",
  nothingNew: "Nothing new after all. Save",
  otherText: "What worries you? You may leave this empty.",
  mistakeTitle: "Tapped by mistake?",
  mistakeHint:
    "What is true for you right now? Your clinic sees both answers and will confirm with you. Nothing is deleted.",
  notSent: {
    waiting: "Not sent yet. It waits on this phone for a connection. Do not wait for that: call.",
    signedOut: "Not sent yet. Your clinic's server asks you to sign in again. Do not wait for that: call.",
    refused: "Your answers could not be sent from here. This phone tries again. Do not wait for that: call.",
    unsaved: "Your answers could not be sent from here: this phone has no room left. Please call.",
    nobody: "Your answers could not be sent from here, because this phone is not connected to a clinic. Please call.",
  },
};

const es: typeof en = {
  title: "Revisión de seguridad",
  pick: "Toque todo lo que sea cierto para usted ahora.",
  none: "Ninguna de estas",
  send: "Continuar",
  somethingElse: "Es otra cosa. Continuar",
  nothingNew: "No hay nada nuevo. Guardar",
  otherText: "¿Qué le preocupa? Puede dejarlo vacío.",
  mistakeTitle: "¿Lo tocó por error?",
  mistakeHint:
    "¿Qué es cierto para usted ahora? Su clínica ve las dos respuestas y lo confirmará con usted. No se borra nada.",
  notSent: {
    waiting: "Aún no se envió. Espera en este teléfono a tener conexión. No espere a eso: llame.",
    signedOut: "Aún no se envió. El servidor de su clínica le pide entrar de nuevo. No espere a eso: llame.",
    refused:
      "Sus respuestas no se pudieron enviar desde aquí. Este teléfono lo intenta otra vez. No espere a eso: llame.",
    unsaved: "Sus respuestas no se pudieron enviar desde aquí: este teléfono ya no tiene espacio. Llame, por favor.",
    nobody:
      "Sus respuestas no se pudieron enviar desde aquí: este teléfono no está conectado a una clínica. Llame, por favor.",
  },
};

export const words = dictionary({ en, es });
