/** Kinds of basis in words, and the names of the texts and rules that have no words of their own. */

import { dictionary } from "../../ui/language.svelte";
import type { BasisKind } from "../model/basis";

const en = {
  kinds: {
    convention: "Common practice, not validated",
    partly: "A source, and common practice where it says nothing",
    law: "Law and ethics",
    entry: "Another entry of the library",
    source: "A source",
  } as Record<BasisKind, string>,
  original: "Source",
  inEnglish: "Content for the one who signs:",
  ruleInEnglish: "The rule",
  names: {
    "alert-starting-pain": "Pain at the start",
    "alert-week-mean": "Mean of a week",
    "alert-rolling-pain": "Pain of the two weeks before",
    "alert-recent-pain": "Pain of the week before",
    "alert-light": "Traffic light of an exercise",
    "alert-repeats": "When an alert comes again",
    "alert-pain-in-words": "Change of pain in words",
    "alert-session-response": "Before and after a needling session",
    "alert-daily-review": "Daily look at who sent nothing",
    "plan-after-needling": "Phases and rest after needling",
    "plan-sore-day": "Exercise on a sore day",
    "plan-start": "Start of the plan's clock",
    "plan-away": "A fresh start after time away",
    "plan-gate": "Gate of the later phases",
    "plan-walking": "Growth of walking",
    "plan-renewal": "Next review of content",
    "plan-counting": "Days on which something is due",
    "needling-limits": "Limits of the needling record",
  } as Record<string, string>,
};

const es: typeof en = {
  kinds: {
    convention: "Práctica habitual, sin validar",
    partly: "Una fuente, y práctica habitual donde no dice nada",
    law: "Ley y ética",
    entry: "Otra entrada de la biblioteca",
    source: "Una fuente",
  },
  original: "Fuente, en inglés",
  inEnglish: "Contenido para quien firma, en inglés:",
  ruleInEnglish: "La regla, en inglés",
  names: {
    "alert-starting-pain": "Dolor al inicio",
    "alert-week-mean": "Promedio de una semana",
    "alert-rolling-pain": "Dolor de las dos semanas anteriores",
    "alert-recent-pain": "Dolor de la semana anterior",
    "alert-light": "Semáforo de un ejercicio",
    "alert-repeats": "Cuándo una alerta sale otra vez",
    "alert-pain-in-words": "El cambio del dolor en palabras",
    "alert-session-response": "Antes y después de una sesión de punción",
    "alert-daily-review": "Revisión diaria de quien no envió nada",
    "plan-after-needling": "Fases y descanso después de la punción",
    "plan-sore-day": "Ejercicio en un día con molestia",
    "plan-start": "Inicio del reloj del plan",
    "plan-away": "Empezar otra vez después de una ausencia",
    "plan-gate": "Condición de las fases siguientes",
    "plan-walking": "Cómo crece la caminata",
    "plan-renewal": "Próxima revisión del contenido",
    "plan-counting": "Días en que algo está pendiente",
    "needling-limits": "Límites del registro de punción",
  },
};

export const basisWords = dictionary({ en, es });
