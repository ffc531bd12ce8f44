import { dictionary } from "../../ui/language.svelte";

const en = {
  title: "Safety check",
  pick: "Tap everything that is true for you right now.",
  none: "None of these",
  send: "Continue",
  afterNeedling: "After needling",
  callEmergency: (number: string) => `Call ${number}`,
  callClinic: (name: string) => `Call ${name}`,
  clinicNumber: "Your clinic's number is on your printed program.",
  emergencyUnknown: "Call your local emergency number.",
  change: "I tapped something by mistake",
  kept: "Your answers are on this phone and will be sent as soon as you are connected. Do not wait for that.",
};

const es: typeof en = {
  title: "Revisión de seguridad",
  pick: "Toque todo lo que sea cierto para usted ahora.",
  none: "Ninguna de estas",
  send: "Continuar",
  afterNeedling: "Después de la punción",
  callEmergency: (number) => `Llamar al ${number}`,
  callClinic: (name) => `Llamar a ${name}`,
  clinicNumber: "El número de su clínica está en su programa impreso.",
  emergencyUnknown: "Llame al número de emergencias de su zona.",
  change: "Toqué algo por error",
  kept: "Sus respuestas están en este teléfono y se enviarán en cuanto tenga conexión. No espere a eso.",
};

export const words = dictionary({ en, es });
