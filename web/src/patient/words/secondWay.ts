import { dictionary } from "../../ui/language.svelte";

const en = {
  title: "A second way",
  why: "If your phone did not show a reminder in time, and it is still open, you can get it another way. It never says what it is about.",
  how: "How",
  ways: { none: "No second way", mail: "By e-mail", sms: "By text message" },
  after: "When the phone has not shown it for",
  minutes: (minutes: number) =>
    minutes % 60 ? `${minutes} minutes` : minutes === 60 ? "1 hour" : `${minutes / 60} hours`,
  email: "Your e-mail address",
  sendLink: "Send me the link",
  sending: "Sending…",
  waiting: (email: string) => `We sent a link to ${email}. Open it within 24 hours and press the button.`,
  checkAgain: "I pressed it",
  toMail: (email: string) => `On: to ${email}.`,
  toNumber: (number: string) => `On: to ${number}.`,
  gone: (email: string) => `Mails to ${email} come back. Give another address.`,
  unsubscribed: (email: string) =>
    `The mails to ${email} were ended by the link in a mail. To get them again, send a new link.`,
  otherAddress: "Use another address",
  remove: "Delete this address",
  numberFirst: "Give your telephone number first: Me, then Telephone numbers.",
  loading: "Loading…",
  tryAgain: "Try again",
  failed: {
    offline: "This needs a connection. Try again when you are online.",
    "bad-mail-address": "This is not a whole e-mail address. Check it for mistakes.",
    "mail-not-set-up": "Your clinic sends no e-mail yet.",
    "sms-not-set-up": "Your clinic sends no text messages yet.",
    "no-telephone": "Give your telephone number first: Me, then Telephone numbers.",
    "too-many": "Those were many links. Please wait an hour.",
    other: "That did not work. Please try again.",
  },
};

const es: typeof en = {
  title: "Una segunda vía",
  why: "Si su teléfono no mostró un aviso a tiempo y sigue pendiente, puede recibirlo de otra manera. Nunca dice de qué se trata.",
  how: "Cómo",
  ways: { none: "Sin segunda vía", mail: "Por correo electrónico", sms: "Por mensaje de texto" },
  after: "Cuando el teléfono no lo ha mostrado durante",
  minutes: (minutes) => (minutes % 60 ? `${minutes} minutos` : minutes === 60 ? "1 hora" : `${minutes / 60} horas`),
  email: "Su correo electrónico",
  sendLink: "Enviarme el enlace",
  sending: "Enviando…",
  waiting: (email) => `Enviamos un enlace a ${email}. Ábralo en las próximas 24 horas y pulse el botón.`,
  checkAgain: "Ya lo pulsé",
  toMail: (email) => `Activada: a ${email}.`,
  toNumber: (number) => `Activada: al ${number}.`,
  gone: (email) => `Los correos a ${email} son devueltos. Escriba otra dirección.`,
  unsubscribed: (email) =>
    `Los correos a ${email} terminaron por el enlace de un correo. Para recibirlos otra vez, envíe un enlace nuevo.`,
  otherAddress: "Usar otra dirección",
  remove: "Borrar esta dirección",
  numberFirst: "Escriba primero su número de teléfono: Yo, luego Números de teléfono.",
  loading: "Cargando…",
  tryAgain: "Intentar de nuevo",
  failed: {
    offline: "Hace falta conexión. Intente de nuevo cuando tenga.",
    "bad-mail-address": "Esta dirección de correo no está completa. Revise si hay errores.",
    "mail-not-set-up": "Su clínica todavía no envía correos.",
    "sms-not-set-up": "Su clínica todavía no envía mensajes de texto.",
    "no-telephone": "Escriba primero su número de teléfono: Yo, luego Números de teléfono.",
    "too-many": "Fueron muchos enlaces. Espere una hora.",
    other: "No funcionó. Intente de nuevo.",
  },
};

export const words = dictionary({ en, es });
