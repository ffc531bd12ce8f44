import { dictionary } from "../../ui/language.svelte";

const en = {
  "no-program": "Your therapist has not published your home program yet.",
  "not-started": (when: string) => `Your program starts ${when}.`,
  discharged: "Your program is finished. Your clinic is there if you need it.",
  "rest-day": "No exercises today. A rest day is part of the plan.",
  "nothing-in-phase": (when: string) =>
    when ? `No exercises yet. The next ones start ${when}.` : "Your plan has no exercises right now.",
  "awaiting-review": "Your clinic is still checking some of your exercises.",
  "phase-waiting": "You stay in this part of the plan for now.",
  waits: {
    pain: "Your pain is above the start.",
    alert: "Your clinic looks at an answer first.",
    "too-few-days": "Exercise on more days first.",
  } as Record<string, string>,
};

const es: typeof en = {
  "no-program": "Su terapeuta todavía no ha publicado su programa.",
  "not-started": (when) => `Su programa empieza el ${when}.`,
  discharged: "Su programa terminó. Su clínica está ahí si la necesita.",
  "rest-day": "Hoy no hay ejercicios. Un día de descanso es parte del plan.",
  "nothing-in-phase": (when) =>
    when ? `Todavía no hay ejercicios. Los próximos empiezan el ${when}.` : "Por ahora su plan no tiene ejercicios.",
  "awaiting-review": "Su clínica todavía revisa algunos de sus ejercicios.",
  "phase-waiting": "Por ahora sigue en esta parte del plan.",
  waits: {
    pain: "Su dolor está por encima del inicio.",
    alert: "Primero su clínica revisa una respuesta.",
    "too-few-days": "Primero haga ejercicio más días.",
  },
};

export const words = dictionary({ en, es });
