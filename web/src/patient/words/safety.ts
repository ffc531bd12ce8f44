import { dictionary } from "../../ui/language.svelte";

const en = {
  title: "Safety check",
  pick: "Tap everything that is true for you right now.",
  none: "None of these",
  send: "Continue",
  callEmergency: (number: string) => `Call ${number}`,
  callClinic: (name: string) => `Call ${name}`,
  clinicNumber: "Your clinic's number is on your printed program.",
  emergencyUnknown: "Call your local emergency number.",
  somethingElse: "Something else. Continue",
  nothingNew: "Nothing new after all. Save",
  notSent: {
    waiting: "Not sent yet. It waits on this phone for a connection. Do not wait for that: call.",
    signedOut: "Not sent yet. Your clinic's server asks you to sign in again. Do not wait for that: call.",
    refused: "Your answers could not be sent from here. This phone tries again. Do not wait for that: call.",
    unsaved: "Your answers could not be sent from here: this phone has no room left. Please call.",
    nobody: "Your answers could not be sent from here, because this phone is not connected to a clinic. Please call.",
  },
  paused: "Your exercises are paused",
  pausedWhy:
    "You reported a warning sign, or something new that worries you. Please talk to your clinic first; they will start your exercises again.",
  pausedProgram: "Look at your program (paused)",
  toldClinic: (day: string, time: string) => `Sent to your clinic. You answered on ${day} at ${time}.`,
  todayNotSent: {
    waiting: "Not sent yet. Call.",
    refused: "Not sent: your clinic's server did not take it. This phone tries again. Call.",
    unsaved: "Not sent: this phone has no room left. Call.",
  },
};

const es: typeof en = {
  title: "Revisión de seguridad",
  pick: "Toque todo lo que sea cierto para usted ahora.",
  none: "Ninguna de estas",
  send: "Continuar",
  callEmergency: (number) => `Llamar al ${number}`,
  callClinic: (name) => `Llamar a ${name}`,
  clinicNumber: "El número de su clínica está en su programa impreso.",
  emergencyUnknown: "Llame al número de emergencias de su zona.",
  somethingElse: "Es otra cosa. Continuar",
  nothingNew: "No hay nada nuevo. Guardar",
  notSent: {
    waiting: "Aún no se envió. Espera en este teléfono a tener conexión. No espere a eso: llame.",
    signedOut: "Aún no se envió. El servidor de su clínica le pide entrar de nuevo. No espere a eso: llame.",
    refused:
      "Sus respuestas no se pudieron enviar desde aquí. Este teléfono lo intenta otra vez. No espere a eso: llame.",
    unsaved: "Sus respuestas no se pudieron enviar desde aquí: este teléfono ya no tiene espacio. Llame, por favor.",
    nobody:
      "Sus respuestas no se pudieron enviar desde aquí: este teléfono no está conectado a una clínica. Llame, por favor.",
  },
  paused: "Sus ejercicios están en pausa",
  pausedWhy:
    "Indicó una señal de alerta o algo nuevo que le preocupa. Hable primero con su clínica; ellos volverán a activar sus ejercicios.",
  pausedProgram: "Ver su programa (en pausa)",
  toldClinic: (day, time) => `Enviado a su clínica. Usted respondió el ${day} a las ${time}.`,
  todayNotSent: {
    waiting: "Aún no se envió. Llame.",
    refused: "No se envió: el servidor de su clínica no lo aceptó. Este teléfono lo intenta otra vez. Llame.",
    unsaved: "No se envió: este teléfono ya no tiene espacio. Llame.",
  },
};

export const words = dictionary({ en, es });
