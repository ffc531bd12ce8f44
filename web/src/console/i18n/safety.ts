import { dictionary } from "../../ui/language.svelte";

const en = {
  outcome: "Outcome",
  choose: "Choose …",
  outcomes: {
    "sent-to-emergency": "Sent to emergency care",
    "sent-to-doctor": "Sent to a doctor",
    "spoke-continue": "Spoke: may go on",
    "spoke-stay-paused": "Spoke: stays paused",
    "could-not-reach": "Could not reach the patient",
    "entered-by-mistake": "Entered by mistake",
  } as Record<string, string>,
  advice: "What did you find, and what did you advise?",
  adviceHint: "At least three letters. For the record; the patient does not see it.",
  attempt: "Noted. The alert, the patient's card and the pause stay until somebody reaches the patient.",
  attempts: (n: number) => (n === 1 ? "1 attempt without success" : `${n} attempts without success`),
  first: "Acknowledge the alert first, with its outcome. Then the pause can be lifted.",
  answers: {
    title: "Safety answers",
    none: "None of these",
    mistake: "Patient says by mistake",
    retracted: "Retracted by the patient",
    inCheckIn: (day: string) => `in the check-in of ${day}`,
  },
  enteredBy: (name: string) => `entered by ${name}`,
  enteredByHelper: (name: string) => (name ? `entered by the helper ${name}` : "entered by a helper"),
  telephone: {
    title: "The patient telephones",
    hint: "Enter what they tell you. It is marked with your name, and the usual alerts and pauses follow.",
    what: "What do they report?",
    checkIn: "A check-in",
    sign: "Warning signs only",
    day: "For",
    painNow: "Pain now, 0 to 10",
    worst: "Worst pain in 24 hours, 0 to 10",
    note: "Note",
    signs: "Warning signs",
    otherText: "What else worries the patient",
    save: "Enter",
    saved: "Entered.",
    nothing: "Tick a sign, or say what worries the patient.",
  },
};

const es: typeof en = {
  outcome: "Resultado",
  choose: "Elija…",
  outcomes: {
    "sent-to-emergency": "Enviado a emergencias",
    "sent-to-doctor": "Enviado a un médico",
    "spoke-continue": "Hablamos: puede seguir",
    "spoke-stay-paused": "Hablamos: sigue en pausa",
    "could-not-reach": "No se pudo contactar al paciente",
    "entered-by-mistake": "Anotado por error",
  },
  advice: "¿Qué encontró y qué aconsejó?",
  adviceHint: "Al menos tres letras. Para el expediente; el paciente no lo ve.",
  attempt: "Anotado. La alerta, la tarjeta del paciente y la pausa siguen hasta que alguien lo contacte.",
  attempts: (n) => (n === 1 ? "1 intento sin éxito" : `${n} intentos sin éxito`),
  first: "Primero marque la alerta como vista, con su resultado. Después se puede quitar la pausa.",
  answers: {
    title: "Respuestas de seguridad",
    none: "Ninguna de estas",
    mistake: "El paciente dice que fue un error",
    retracted: "El paciente la retiró",
    inCheckIn: (day) => `en el registro del ${day}`,
  },
  enteredBy: (name) => `lo anotó ${name}`,
  enteredByHelper: (name) => (name ? `lo anotó quien ayuda: ${name}` : "lo anotó quien ayuda"),
  telephone: {
    title: "El paciente llama por teléfono",
    hint: "Anote lo que le dice. Queda marcado con su nombre, y siguen las alertas y pausas de siempre.",
    what: "¿Qué informa?",
    checkIn: "Un registro diario",
    sign: "Solo señales de alerta",
    day: "Para",
    painNow: "Dolor ahora, de 0 a 10",
    worst: "Peor dolor en 24 horas, de 0 a 10",
    note: "Nota",
    signs: "Señales de alerta",
    otherText: "Qué más le preocupa al paciente",
    save: "Anotar",
    saved: "Anotado.",
    nothing: "Marque una señal o diga qué le preocupa al paciente.",
  },
};

export const safety = dictionary({ en, es });

/** The words about the person who entered something for a patient. */
export function enteredWords({ name, helper }: { name: string; helper: boolean }): string {
  return helper ? safety().enteredByHelper(name) : safety().enteredBy(name);
}
