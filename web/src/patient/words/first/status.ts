import { dictionary } from "../../../ui/language.svelte";

const en = {
  offline: "No connection. What you enter is kept on this phone and sent later.",
  trouble: "Your clinic's server has trouble just now. What you enter is kept on this phone and sent later.",
  signedOut: "Your sign-in on this phone has ended. What you entered is safe on this phone.",
  signIn: "Sign in again",
  waiting: (n: number) => (n === 1 ? "1 entry waits to be sent" : `${n} entries wait to be sent`),
  refused: (n: number) => (n === 1 ? "1 entry could not be accepted" : `${n} entries could not be accepted`),
  look: "Look at it",
  full: "This phone has no room left, so your entry could not be saved. Free some space, then try again.",
  broken: "Something went wrong. Your entry is still here; please try again.",
  clockOff:
    "The date or time of this phone looks wrong. Please set it to automatic in the phone's settings, so that your entries land on the right day.",
  onThisPhone: "On this phone",
  sent: "Sent",
  notAccepted: "Could not be accepted",
  stale: (when: string) => `Your plan was last updated ${when}.`,
};

const es: typeof en = {
  offline: "Sin conexión. Lo que anote queda en este teléfono y se envía después.",
  trouble: "El servidor de su clínica tiene problemas ahora. Lo que anote queda en este teléfono y se envía después.",
  signedOut: "Su sesión en este teléfono terminó. Lo que anotó está seguro en este teléfono.",
  signIn: "Entrar de nuevo",
  waiting: (n) => (n === 1 ? "1 registro espera para enviarse" : `${n} registros esperan para enviarse`),
  refused: (n) => (n === 1 ? "1 registro no se pudo aceptar" : `${n} registros no se pudieron aceptar`),
  look: "Ver",
  full: "Este teléfono ya no tiene espacio y su registro no se pudo guardar. Libere espacio e intente de nuevo.",
  broken: "Algo salió mal. Su registro sigue aquí; intente de nuevo.",
  clockOff:
    "La fecha o la hora de este teléfono parece incorrecta. Póngala en automático en los ajustes del teléfono, para que sus registros queden en el día correcto.",
  onThisPhone: "En este teléfono",
  sent: "Enviado",
  notAccepted: "No se pudo aceptar",
  stale: (when) => `Su plan se actualizó por última vez el ${when}.`,
};

export const words = dictionary({ en, es });
