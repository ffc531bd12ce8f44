import { dictionary } from "../../ui/language.svelte";

const en = {
  title: "Where you are signed in",
  thisOne: "This one",
  lastSeen: (when: string) => `Last used ${when}`,
  end: "Sign out there",
  sure: "Sign out there? It gets no more reminders. What was entered there and not sent stays there until someone signs in again.",
  yes: "Yes, sign it out",
  ended: "Signed out there.",
  signedOut: "Sign in again to see and end your sign-ins.",
  offline: "The list needs a connection.",
  failed: "That did not work. Please try again.",
};

const es: typeof en = {
  title: "Dónde tiene la sesión abierta",
  thisOne: "Este",
  lastSeen: (when) => `Último uso ${when}`,
  end: "Cerrar la sesión ahí",
  sure: "¿Cerrar la sesión ahí? Ya no recibirá avisos. Lo que se anotó ahí y no se envió queda ahí hasta que alguien entre de nuevo.",
  yes: "Sí, cerrarla",
  ended: "Sesión cerrada ahí.",
  signedOut: "Entre de nuevo para ver y cerrar sus sesiones.",
  offline: "Para ver la lista se necesita conexión.",
  failed: "No funcionó. Intente de nuevo, por favor.",
};

export const words = dictionary({ en, es });
