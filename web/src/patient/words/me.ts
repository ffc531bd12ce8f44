import { dictionary } from "../../ui/language.svelte";

const en = {
  title: "Me",
  reminders: "Reminders",
  clinic: "Clinic",
  language: "Language",
  languages: { en: "English", es: "Español" },
  comfort: "Voice, text size and hand",
  waitingTitle: "Not sent yet",
  nothingWaiting: "Nothing waits to be sent.",
  sendNow: "Send now",
  kind: {
    checkin: "Check-in",
    log: "Exercise",
    safety: "Safety check",
    "after-needling": "After needling",
    outcome: "Your activities",
    message: "Message",
  },
  others: "Other phones, other people",
  otherPhone: "Use another phone",
  helper: "Someone who helps you",
  consent: "Consent to needling",
  dataTitle: "Your data",
  dataLink: "Take it with you, or delete it",
  lock: "Privacy lock",
  signOut: "Sign out on this phone",
  signOutWarn: (n: number) =>
    n === 1 ? "1 entry was not sent yet and would be lost." : `${n} entries were not sent yet and would be lost.`,
  signOutSure:
    "Sign out? To come back you need another phone of yours that is signed in, or a new invitation from your clinic.",
  signOutYes: "Yes, sign out",
  signOutOffline: "Signing out needs a connection.",
  about: "About this app",
};

const es: typeof en = {
  title: "Yo",
  reminders: "Avisos",
  clinic: "Clínica",
  language: "Idioma",
  languages: { en: "English", es: "Español" },
  comfort: "Voz, tamaño del texto y mano",
  waitingTitle: "Sin enviar",
  nothingWaiting: "No hay nada por enviar.",
  sendNow: "Enviar ahora",
  kind: {
    checkin: "Registro",
    log: "Ejercicio",
    safety: "Revisión de seguridad",
    "after-needling": "Después de la punción",
    outcome: "Sus actividades",
    message: "Mensaje",
  },
  others: "Otros teléfonos, otras personas",
  otherPhone: "Usar otro teléfono",
  helper: "Alguien que le ayuda",
  consent: "Consentimiento para la punción",
  dataTitle: "Sus datos",
  dataLink: "Llevarlos o borrarlos",
  lock: "Bloqueo de privacidad",
  signOut: "Cerrar la sesión en este teléfono",
  signOutWarn: (n) =>
    n === 1 ? "1 registro no se ha enviado y se perdería." : `${n} registros no se han enviado y se perderían.`,
  signOutSure:
    "¿Cerrar la sesión? Para volver necesita otro teléfono suyo con la sesión abierta o una invitación nueva de su clínica.",
  signOutYes: "Sí, cerrar la sesión",
  signOutOffline: "Para cerrar la sesión se necesita conexión.",
  about: "Sobre esta aplicación",
};

export const words = dictionary({ en, es });
