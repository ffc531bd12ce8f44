import { dictionary } from "../../ui/language.svelte";

const en = {
  dayClosed: "This day can no longer be changed. Please check that the date on this phone is right.",
  notInPlan: "This item is not in your plan any more.",
  messagesClosed: "Your care here has ended, so it was not sent. Please call the clinic.",
  answeredByAnother: "Somebody else has answered for this day, and that answer stays.",
  other: "Something in it does not fit.",
  tellClinic: "It stays here until you remove it. If it matters, tell your clinic about it.",
  signSent: "Your warning sign was sent by itself. If it troubles you now, tap “Get help”.",
  signNotSent: "Your warning sign is not sent yet. If it troubles you now, tap “Get help” and call.",
  sign: "Your clinic's server did not take it. This phone tries again. Please call your clinic.",
  change: "Change it",
  remove: "Remove it",
  removeSure: "Remove it for good?",
  removeYes: "Yes, remove it",
};

const es: typeof en = {
  dayClosed: "Este día ya no se puede cambiar. Revise que la fecha de este teléfono sea correcta.",
  notInPlan: "Esto ya no está en su plan.",
  messagesClosed: "Su atención aquí terminó y no se envió. Llame a la clínica, por favor.",
  answeredByAnother: "Otra persona ya respondió por este día, y esa respuesta se queda.",
  other: "Hay algo que no concuerda.",
  tellClinic: "Queda aquí hasta que usted lo quite. Si es importante, dígaselo a su clínica.",
  signSent: "Su señal de alerta se envió por separado. Si le preocupa ahora, toque “Pedir ayuda”.",
  signNotSent: "Su señal de alerta aún no se envió. Si le preocupa ahora, toque “Pedir ayuda” y llame.",
  sign: "El servidor de su clínica no lo aceptó. Este teléfono lo intenta otra vez. Llame a su clínica, por favor.",
  change: "Cambiarlo",
  remove: "Quitarlo",
  removeSure: "¿Quitarlo para siempre?",
  removeYes: "Sí, quitarlo",
};

export const words = dictionary({ en, es });
