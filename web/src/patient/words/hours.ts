import { dictionary } from "../../ui/language.svelte";

const en = {
  open: (time: string) => `Your clinic is open now, until ${time}.`,
  closed: (day: string, time: string) => `Your clinic is closed now. It opens on ${day} at ${time}.`,
  closedUnknown: "Your clinic is closed now.",
  onCall: "Outside these hours somebody of your clinic is on call and is notified of warning signs.",
  nobody: "Nobody is on duty until then. If it gets worse, do not wait for an answer: call.",
};

const es: typeof en = {
  open: (time) => `Su clínica está abierta ahora, hasta las ${time}.`,
  closed: (day, time) => `Su clínica está cerrada ahora. Abre el ${day} a las ${time}.`,
  closedUnknown: "Su clínica está cerrada ahora.",
  onCall: "Fuera de ese horario hay alguien de su clínica localizable que recibe aviso de las señales de alerta.",
  nobody: "Hasta entonces no hay nadie de guardia. Si empeora, no espere una respuesta: llame.",
};

export const words = dictionary({ en, es });
