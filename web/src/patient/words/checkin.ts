import { dictionary } from "../../ui/language.svelte";

const en = {
  title: "Daily check-in",
  forDay: (day: string) => `For ${day}`,
  worstHint: (n: number) => `Left alone, it stays at ${n}, as now.`,
  worstHintPast: (n: number) => `Left alone, it stays at ${n}.`,
  more: "A little more, if you like",
  noteLabel: "A note for your therapist",
  noteAlerts: "A note alone alerts nobody. If something worries you, answer yes below.",
  noteLeft: (n: number) => `${n} characters left`,
  nothingNew: "Nothing new. Save",
  somethingNew: "Yes, something is new",
  ticked: (n: number) => (n === 1 ? "You ticked a warning sign." : `You ticked ${n} warning signs.`),
  worried: "You said that something else worries you.",
  lookAgain: "Look again and send",
  noneNow: "None now. Save",
  sorenessNeeded: "Please tap a number for the soreness",
  painNeeded: "Please tap a number for your pain",
  kept: "Kept as you go",
  closed: "This day can not be filled in any more",
  closedWhy: "Today and the two days before are open.",
};

const es: typeof en = {
  title: "Registro diario",
  forDay: (day) => `Para el ${day}`,
  worstHint: (n) => `Si no lo cambia, queda en ${n}, como ahora.`,
  worstHintPast: (n) => `Si no lo cambia, queda en ${n}.`,
  more: "Un poco más, si quiere",
  noteLabel: "Una nota para su terapeuta",
  noteAlerts: "Una nota sola no avisa a nadie. Si algo le preocupa, responda sí abajo.",
  noteLeft: (n) => `Quedan ${n} caracteres`,
  nothingNew: "Nada nuevo. Guardar",
  somethingNew: "Sí, hay algo nuevo",
  ticked: (n) => (n === 1 ? "Marcó una señal de alerta." : `Marcó ${n} señales de alerta.`),
  worried: "Usted dijo que otra cosa le preocupa.",
  lookAgain: "Revisar y enviar",
  noneNow: "Ninguna ahora. Guardar",
  sorenessNeeded: "Toque un número para el dolor muscular por la punción",
  painNeeded: "Toque un número para su dolor",
  kept: "Se guarda mientras avanza",
  closed: "Este día ya no se puede llenar",
  closedWhy: "Están abiertos hoy y los dos días anteriores.",
};

export const words = dictionary({ en, es });
