import { dictionary } from "../../ui/language.svelte";

const en = {
  title: "Consent to needling",
  loading: "Asking your clinic…",
  offline: "This needs a connection. Try again when you are online.",
  failed: "That did not work. Please try again, or tell anyone at your clinic.",
  again: "Try again",
  none: "You have not signed a consent to dry needling at this clinic.",
  signed: (day: string, name: string | null) => `You agreed to this on ${day}${name ? `, as ${name}` : ""}:`,
  valid: (day: string) => `It is valid until ${day}, or until you take it back.`,
  notValid: "It is not valid any more. Your therapist asks you again before the next needling.",
  withdrawn: (day: string) => `You took it back on ${day}. Nobody will needle you unless you agree again.`,
  begin: "Take my consent back…",
  sure: "Nobody will needle you unless you agree again. Your other care stays the same. Your clinic is told.",
  yes: "Take it back now",
  working: "Telling your clinic…",
};

const es: typeof en = {
  title: "Consentimiento para la punción",
  loading: "Preguntando a su clínica…",
  offline: "Hace falta conexión. Intente otra vez cuando la tenga.",
  failed: "No funcionó. Intente otra vez o dígaselo a cualquier persona de su clínica.",
  again: "Intentar otra vez",
  none: "Usted no ha firmado un consentimiento para la punción seca en esta clínica.",
  signed: (day, name) => `Usted aceptó esto el ${day}${name ? `, como ${name}` : ""}:`,
  valid: (day) => `Vale hasta el ${day} o hasta que usted lo retire.`,
  notValid: "Ya no vale. Su terapeuta le preguntará otra vez antes de la próxima punción.",
  withdrawn: (day) => `Usted lo retiró el ${day}. Nadie le hará punción si no acepta otra vez.`,
  begin: "Retirar mi consentimiento…",
  sure: "Nadie le hará punción si no acepta otra vez. El resto de su atención no cambia. Se avisa a su clínica.",
  yes: "Retirarlo ahora",
  working: "Avisando a su clínica…",
};

export const words = dictionary({ en, es });
