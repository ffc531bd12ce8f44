import { dictionary } from "../../ui/language.svelte";

const en = {
  title: "In your calendar",
  why: "The calendar on your phone can show the times of your reminders and visits. They are called “Reminder” and “Visit”, nothing else.",
  privacy:
    "It needs a private link. Who has the link sees these times, and so does the company that runs your calendar. You can end it whenever you want.",
  make: "Make a link",
  ready: "Your link is ready. It is shown only now.",
  add: "Add to calendar",
  copy: "Copy link",
  copied: "Copied.",
  notCopied: "Your browser did not copy it. Hold your finger on the link.",
  how: "On an iPhone or Mac, tap “Add to calendar”. For Google Calendar, copy the link and open calendar.google.com on a computer: Other calendars, plus sign, “From URL”.",
  since: (day: string) => `A link works since ${day}.`,
  slow: "Calendars look for changes only every few hours. For the latest times, open this app.",
  renewing: "A new link ends the one before. Calendars that use the old link stop.",
  renew: "Make a new link",
  end: "End the link",
  ended: "The link has ended. Delete the calendar on your phone too: it may show old times for a while.",
  working: "One moment…",
  loading: "Loading…",
  tryAgain: "Try again",
  failed: {
    offline: "This needs a connection. Try again when you are online.",
    "too-many": "Those were many links. Please wait an hour.",
    other: "That did not work. Please try again.",
  },
};

const es: typeof en = {
  title: "En su calendario",
  why: "El calendario de su teléfono puede mostrar las horas de sus avisos y visitas. Se llaman «Recordatorio» y «Visita», nada más.",
  privacy:
    "Necesita un enlace privado. Quien tiene el enlace ve estas horas, y también la empresa de su calendario. Puede terminarlo cuando quiera.",
  make: "Crear un enlace",
  ready: "Su enlace está listo. Solo se muestra ahora.",
  add: "Añadir al calendario",
  copy: "Copiar el enlace",
  copied: "Copiado.",
  notCopied: "Su navegador no lo copió. Mantenga el dedo sobre el enlace.",
  how: "En un iPhone o Mac, toque «Añadir al calendario». Para Google Calendar, copie el enlace y abra calendar.google.com en una computadora: Otros calendarios, signo más, «Desde URL».",
  since: (day) => `Un enlace funciona desde el ${day}.`,
  slow: "Los calendarios buscan cambios solo cada varias horas. Para ver las horas actuales, abra esta aplicación.",
  renewing: "Un enlace nuevo termina el anterior. Los calendarios que usan el anterior se detienen.",
  renew: "Crear un enlace nuevo",
  end: "Terminar el enlace",
  ended:
    "El enlace ha terminado. Borre también el calendario en su teléfono: puede mostrar horas antiguas por un tiempo.",
  working: "Un momento…",
  loading: "Cargando…",
  tryAgain: "Intentar de nuevo",
  failed: {
    offline: "Hace falta conexión. Intente de nuevo cuando tenga.",
    "too-many": "Fueron muchos enlaces. Espere una hora.",
    other: "No funcionó. Intente de nuevo.",
  },
};

export const words = dictionary({ en, es });
