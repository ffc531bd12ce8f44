import { dictionary } from "../../ui/language.svelte";

const en = {
  dayClosed: "This day can no longer be changed. Please check that the date on this phone is right.",
  notInPlan: "This item is not in your plan any more.",
  other: "Something in it does not fit.",
  tellClinic: "It stays here until you remove it. If it matters, tell your clinic about it.",
  warning: "Your warning sign goes to your clinic by itself. If it troubles you now, tap “Get help”.",
  change: "Change it",
  remove: "Remove it",
  removeSure: "Remove it for good?",
  removeYes: "Yes, remove it",
};

const es: typeof en = {
  dayClosed: "Este día ya no se puede cambiar. Revise que la fecha de este teléfono sea correcta.",
  notInPlan: "Esto ya no está en su plan.",
  other: "Hay algo que no concuerda.",
  tellClinic: "Queda aquí hasta que usted lo quite. Si es importante, dígaselo a su clínica.",
  warning: "Su señal de alarma llega a su clínica por separado. Si le preocupa ahora, toque “Pedir ayuda”.",
  change: "Cambiarlo",
  remove: "Quitarlo",
  removeSure: "¿Quitarlo para siempre?",
  removeYes: "Sí, quitarlo",
};

export const words = dictionary({ en, es });
