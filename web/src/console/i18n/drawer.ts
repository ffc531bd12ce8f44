import { dictionary } from "../../ui/language.svelte";
import type { Refusal } from "../model/ranges";
import type { Advice } from "../model/steps";
import type { Suggestion } from "../wire";

/** Numbers of a suggestion's inputs; a missing one is a dash. */
type Inputs = Record<string, string>;

const en = {
  drawer: {
    label: (title: string) => `${title}, dose`,
    close: "Close",
    order: "Order",
    up: "Up",
    down: "Down",
    remove: "Remove",
    easier: (title: string) => `Easier: ${title}`,
    harder: (title: string) => `Harder: ${title}`,
    noFloor: (title: string) => `No floor: ${title}`,
    exchanged: (before: string, after: string) =>
      `${after} in place of ${before}, with its own dose and the same days.`,
    noted: "The note did not go with it.",
    repositioned: (title: string, position: string) => `${title}: ${position}.`,
    phases: "In",
    change: "Change",
    finished: "over",
    lastPhase: "It needs one phase. To take it out of the plan, remove it.",
    taken: (phase: string) => `“${phase}” has it already, with a dose of its own.`,
  },
  dose: {
    title: "Dose",
    sets: "Sets",
    reps: "Reps",
    seconds: "Seconds",
    hold: "Hold, s",
    rest: "Rest, s",
    timesPerDay: "Times a day",
    load: "Load",
    loadHint: "2 kg",
    side: "Side",
    sides: { both: "Both", left: "Left", right: "Right" },
    weekdays: "Days",
    oneDay: "At least one day is needed.",
    reset: "Library's dose",
    refused: (field: string, refusal: Refusal, kept: number) => {
      const stays = ` ${kept} stays.`;
      switch (refusal.code) {
        case "whole-number":
          return `${field}: a whole number, please.${stays}`;
        case "outside":
          return `${field}: from ${refusal.least} to ${refusal.most}.${stays}`;
        case "more-than-dose":
          return `${field}: at most ${refusal.most}, or the small version is more than the dose.${stays}`;
        case "less-than-tiny":
          return `${field}: at least ${refusal.least}, or the dose is less than its small version.${stays}`;
      }
    },
  },
  tiny: {
    title: "Small version",
    hint: "Counts as done. So small that it cannot fail.",
    text: { en: "In English", es: "In Spanish" },
    needed: "The words are needed in this language.",
  },
  note: { title: "Note they read", en: "In English", es: "In Spanish" },
  suggestion: {
    title: "Suggestion",
    advice: { progress: "Could do more", hold: "Keep as it is", regress: "Make it easier" } as Record<Advice, string>,
    why: (reason: Suggestion["reason"], of: Inputs) => {
      switch (reason) {
        case "stopped-for-pain":
          return `Stopped for pain ${of["stopped"]}× in the last 3 times; pain then ${of["painDuring"]}.`;
        case "pain-during-red":
          return `Pain ${of["painDuring"]} during it, ${of["painBefore"]} before, in the last 3 times.`;
        case "rise-that-lasts":
          return `Pain ${of["rise"]} points higher, and still so a day later.`;
        case "pain-during-amber":
          return `Pain ${of["painDuring"]} during it, ${of["painBefore"]} before.`;
        case "done-often-and-easily":
          return (
            `Done on ${of["days"]} of ${of["plannedDays"]} planned days, ${of["fullBouts"]} in full; ` +
            `pain at most ${of["painDuring"]}, effort at most ${of["effort"]}, ` +
            `the next morning at most ${of["nextMorningRise"]} more.`
          );
      }
    },
    more: (dose: string) => `More: ${dose}`,
    less: (dose: string) => `Less: ${dose}`,
    nothingLeft: "No step left in the library's range.",
    only: "From fixed rules. Nothing changes unless you apply it.",
    applied: (title: string) => `${title}: suggestion applied to the draft.`,
    heldBack: "No suggestions: exercises are paused, or an alert is open that comes first.",
  },
  warnings: {
    "too-many": (count: number, most: number, phase: string) =>
      `${count} exercises in “${phase}”: ${most} are enough in the first week. Fewer are done better.`,
    needled: (muscles: string) => `Works ${muscles}, needled in the latest session: rests for 48 h after needling.`,
    "review-soon": "Its content is due for review within 60 days; after that it cannot be newly assigned.",
    "review-overdue": "The review of its content is overdue: it cannot be newly assigned.",
    caution: (notes: string) => notes,
    "own-caution": (notes: string) => `By this patient's intake: ${notes}`,
    early: (phase: string) => `The library offers it from “${phase}”.`,
    unsigned: "Not signed: the patient does not get it until a therapist signs it in the library.",
    range: (field: string, least: number, most: number) => `${field}: the library suggests ${least} to ${most}.`,
    tiny: "The small version is more than the dose: it cannot be published.",
    "half-note": "The note is in one language only; the patient's phone then shows that one.",
  },
};

const es: typeof en = {
  drawer: {
    label: (title) => `${title}, dosis`,
    close: "Cerrar",
    order: "Orden",
    up: "Subir",
    down: "Bajar",
    remove: "Quitar",
    easier: (title) => `Más fácil: ${title}`,
    harder: (title) => `Más difícil: ${title}`,
    noFloor: (title) => `Sin piso: ${title}`,
    exchanged: (before, after) => `${after} en lugar de ${before}, con su propia dosis y los mismos días.`,
    noted: "La nota no pasó.",
    repositioned: (title, position) => `${title}: ${position}.`,
    phases: "Está en",
    change: "Cambiar",
    finished: "terminada",
    lastPhase: "Necesita una fase. Para sacarlo del plan, quítelo.",
    taken: (phase) => `«${phase}» ya lo tiene, con su propia dosis.`,
  },
  dose: {
    title: "Dosis",
    sets: "Series",
    reps: "Reps.",
    seconds: "Segundos",
    hold: "Sostener, s",
    rest: "Descanso, s",
    timesPerDay: "Veces al día",
    load: "Carga",
    loadHint: "2 kg",
    side: "Lado",
    sides: { both: "Ambos", left: "Izq.", right: "Der." },
    weekdays: "Días",
    oneDay: "Hace falta al menos un día.",
    reset: "Dosis de la biblioteca",
    refused: (field, refusal, kept) => {
      const stays = ` Queda ${kept}.`;
      switch (refusal.code) {
        case "whole-number":
          return `${field}: un número entero, por favor.${stays}`;
        case "outside":
          return `${field}: de ${refusal.least} a ${refusal.most}.${stays}`;
        case "more-than-dose":
          return `${field}: a lo sumo ${refusal.most}; si no, la versión pequeña es mayor que la dosis.${stays}`;
        case "less-than-tiny":
          return `${field}: al menos ${refusal.least}; si no, la dosis es menor que su versión pequeña.${stays}`;
      }
    },
  },
  tiny: {
    title: "Versión pequeña",
    hint: "Cuenta como hecho. Tan pequeña que no puede fallar.",
    text: { en: "En inglés", es: "En español" },
    needed: "Hacen falta las palabras en este idioma.",
  },
  note: { title: "Nota que lee", en: "En inglés", es: "En español" },
  suggestion: {
    title: "Sugerencia",
    advice: { progress: "Podría hacer más", hold: "Dejar como está", regress: "Hacerlo más fácil" },
    why: (reason, of) => {
      switch (reason) {
        case "stopped-for-pain":
          return `Paró por dolor ${of["stopped"]} veces en las últimas 3; dolor entonces ${of["painDuring"]}.`;
        case "pain-during-red":
          return `Dolor ${of["painDuring"]} al hacerlo, ${of["painBefore"]} antes, en las últimas 3 veces.`;
        case "rise-that-lasts":
          return `Dolor ${of["rise"]} puntos más alto, y así todavía un día después.`;
        case "pain-during-amber":
          return `Dolor ${of["painDuring"]} al hacerlo, ${of["painBefore"]} antes.`;
        case "done-often-and-easily":
          return (
            `Hecho en ${of["days"]} de ${of["plannedDays"]} días previstos, ${of["fullBouts"]} completos; ` +
            `dolor a lo sumo ${of["painDuring"]}, esfuerzo a lo sumo ${of["effort"]}, ` +
            `a la mañana siguiente a lo sumo ${of["nextMorningRise"]} más.`
          );
      }
    },
    more: (dose) => `Más: ${dose}`,
    less: (dose) => `Menos: ${dose}`,
    nothingLeft: "No queda otro paso en el rango de la biblioteca.",
    only: "Por reglas fijas. Nada cambia si usted no lo aplica.",
    applied: (title) => `${title}: sugerencia aplicada al borrador.`,
    heldBack: "Sin sugerencias: los ejercicios están en pausa o hay una alerta que va primero.",
  },
  warnings: {
    "too-many": (count, most, phase) =>
      `${count} ejercicios en «${phase}»: ${most} bastan en la primera semana. Pocos se hacen mejor.`,
    needled: (muscles) => `Trabaja ${muscles}, con punción en la última sesión: descansa 48 h después de la punción.`,
    "review-soon": "Su contenido debe revisarse en 60 días; después ya no se puede asignar de nuevo.",
    "review-overdue": "La revisión de su contenido está vencida: no se puede asignar de nuevo.",
    caution: (notes) => notes,
    "own-caution": (notes) => `Por los antecedentes de este paciente: ${notes}`,
    early: (phase) => `La biblioteca lo ofrece desde «${phase}».`,
    unsigned: "Sin firma: el paciente no lo recibe hasta que un terapeuta lo firme en la biblioteca.",
    range: (field, least, most) => `${field}: la biblioteca sugiere de ${least} a ${most}.`,
    tiny: "La versión pequeña es mayor que la dosis: no se puede publicar.",
    "half-note": "La nota está en un solo idioma; el teléfono del paciente muestra ese.",
  },
};

export const drawer = dictionary({ en, es });
