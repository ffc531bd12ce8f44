import { dictionary } from "../../../ui/language.svelte";

const en = {
  callEmergency: (number: string) => `Call ${number}`,
  callClinic: (name: string) => `Call ${name}`,
  clinicNumber: "Your clinic's number is on your printed program.",
  noClinic: "Sign in to see your clinic's number here, or look at your printed program.",
  emergencyUnknown: "Call your local emergency number.",
  youTold: (day: string, time: string) => `You told us on ${day} at ${time}:`,
  needled: (day: string, time: string, muscles: string) =>
    `Say: dry needling, ${day}, ${time}${muscles ? `, here: ${muscles}` : ""}.`,
  mistake: "I tapped something by mistake",
  retracted: "You said it was a mistake",
  retractedWhy: "Your clinic will confirm that with you.",
  retractedPause: "Your exercises wait until then. If a warning sign does hold, call now.",
  paused: "Your exercises are paused",
  pausedWhy:
    "You reported a warning sign, or something new that worries you. Please talk to your clinic first; they will start your exercises again.",
  pausedProgram: "Look at your program (paused)",
  toldClinic: "Sent to your clinic.",
  notSent: {
    waiting: "Not sent yet. Call.",
    refused: "Not sent: your clinic's server did not take it. This phone tries again. Call.",
    unsaved: "Not sent: this phone has no room left. Call.",
  },
};

const es: typeof en = {
  callEmergency: (number) => `Llamar al ${number}`,
  callClinic: (name) => `Llamar a ${name}`,
  clinicNumber: "El número de su clínica está en su programa impreso.",
  noClinic: "Entre para ver aquí el número de su clínica o mire su programa impreso.",
  emergencyUnknown: "Llame al número de emergencias de su zona.",
  youTold: (day, time) => `Usted nos dijo el ${day} a las ${time}:`,
  needled: (day, time, muscles) => `Diga: punción seca, ${day}, ${time}${muscles ? `, aquí: ${muscles}` : ""}.`,
  mistake: "Toqué algo por error",
  retracted: "Usted dijo que fue un error",
  retractedWhy: "Su clínica lo confirmará con usted.",
  retractedPause: "Sus ejercicios esperan hasta entonces. Si de verdad tiene una señal de alerta, llame ya.",
  paused: "Sus ejercicios están en pausa",
  pausedWhy:
    "Indicó una señal de alerta o algo nuevo que le preocupa. Hable primero con su clínica; ellos volverán a activar sus ejercicios.",
  pausedProgram: "Ver su programa (en pausa)",
  toldClinic: "Enviado a su clínica.",
  notSent: {
    waiting: "Aún no se envió. Llame.",
    refused: "No se envió: el servidor de su clínica no lo aceptó. Este teléfono lo intenta otra vez. Llame.",
    unsaved: "No se envió: este teléfono ya no tiene espacio. Llame.",
  },
};

export const words = dictionary({ en, es });
