import { dictionary } from "../../ui/language.svelte";

const en = {
  title: (name: string) => (name ? `Thank you, ${name}` : "Thank you"),
  waiting: "Saved on this phone. It will be sent when you are connected.",
  sent: "Sent to your clinic.",
  refused: "It could not be accepted. It is kept on this phone.",
  unknown: "This phone has no check-in of this day.",
  next: "Next for today",
  start: "Start exercises",
  later: "Later",
};

const es: typeof en = {
  title: (name) => (name ? `Gracias, ${name}` : "Gracias"),
  waiting: "Guardado en este teléfono. Se enviará cuando tenga conexión.",
  sent: "Enviado a su clínica.",
  refused: "No se pudo aceptar. Queda guardado en este teléfono.",
  unknown: "Este teléfono no tiene un registro de ese día.",
  next: "Lo siguiente para hoy",
  start: "Empezar los ejercicios",
  later: "Más tarde",
};

export const words = dictionary({ en, es });
