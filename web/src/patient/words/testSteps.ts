import { dictionary } from "../../ui/language.svelte";

const en = {
  steps: {
    planned: "Asked for",
    sent: "Sent by the clinic's server",
    accepted: "Taken by your phone's service",
    shown: "Shown on this phone",
  },
  testDone: "It works. You should see it at the top of your screen.",
  testGone: "Your phone's service had dropped this phone. It is signed up again now: please send another test.",
  testFailed: "The test did not get through. This is not your phone's fault. Please tell your clinic.",
  notSent:
    "The clinic's server has not sent it yet. This is not your phone's fault. If it stays like this, please tell your clinic.",
  notTaken:
    "Your phone's service does not answer the clinic's server. It keeps trying for five minutes; there is nothing for you to do.",
  notShown: "Your phone has not shown it yet. What may hold it back:",
  notShownHints: [
    "Do Not Disturb or a Focus is on: turn it off, or let Homeplan through.",
    "The battery saver holds it back: let Homeplan (or your browser) run in the background.",
    "Notifications are off for Homeplan or your browser in the phone's settings.",
    "The phone has no internet connection.",
  ],
};

const es: typeof en = {
  steps: {
    planned: "Pedida",
    sent: "Enviada por el servidor de la clínica",
    accepted: "Recibida por el servicio de su teléfono",
    shown: "Mostrada en este teléfono",
  },
  testDone: "Funciona. Debe verla en la parte de arriba de su pantalla.",
  testGone: "El servicio de su teléfono había olvidado este teléfono. Ya está inscrito de nuevo: envíe otra prueba.",
  testFailed: "La prueba no pudo llegar. No es culpa de su teléfono. Avise a su clínica.",
  notSent:
    "El servidor de la clínica todavía no la ha enviado. No es culpa de su teléfono. Si sigue así, avise a su clínica.",
  notTaken:
    "El servicio de su teléfono no responde al servidor de la clínica. Se sigue intentando durante cinco minutos; usted no tiene que hacer nada.",
  notShown: "Su teléfono todavía no la ha mostrado. Qué puede detenerla:",
  notShownHints: [
    "«No molestar» o un modo de concentración está activo: desactívelo o permita Homeplan.",
    "El ahorro de batería la detiene: permita que Homeplan (o su navegador) funcione en segundo plano.",
    "Las notificaciones de Homeplan o de su navegador están desactivadas en los ajustes del teléfono.",
    "El teléfono no tiene conexión a internet.",
  ],
};

export const words = dictionary({ en, es });
