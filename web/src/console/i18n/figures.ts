import { dictionary } from "../../ui/language.svelte";

const en = {
  exports: {
    title: "Exports",
    hint: "CSV files for a spreadsheet or a statistics program: one per kind of entry, in UTF-8. A text that a spreadsheet would run as a formula gets an apostrophe. Each export is in the audit trail.",
    who: "Whose data",
    everybody: "All patients of the clinic",
    what: "What",
    dictionary: "Data dictionary",
    dictionaryHint: "The meaning, kind and unit of every column.",
    download: "Download",
    downloadLabel: (what: string) => `Download: ${what}`,
    handed: "The file is in your downloads. It holds patient data: keep it in a safe place.",
    datasets: {
      patients: "Patients",
      "check-ins": "Check-ins",
      "needling-sessions": "Needling sessions",
      "exercise-logs": "Exercise logs",
      outcomes: "Outcomes",
      "adverse-events": "Events after needling",
      visits: "Visits",
    },
  },
  report: {
    title: "Clinic report",
    of: (patients: number) => (patients === 1 ? "1 active patient" : `${patients} active patients`),
    loading: "This reads half a year of entries and can take some seconds.",
    tooFew: (patients: number, fewest: number) =>
      `Not shown: ${patients} of the ${fewest} patients that a figure needs, so that it tells of nobody in particular.`,
    patients: (n: number) => (n === 1 ? "1 patient" : `${n} patients`),
    adherence: "Exercises, last 14 days",
    done: (done: number, due: number) => `${done} of ${due} exercises that were due are done`,
    response: "Pain around needling sessions, last 180 days",
    compared: (compared: number, sessions: number) =>
      `${compared} of ${sessions} sessions have enough answers before and after`,
    less: (n: number, of: number) => `${n} of ${of}: less pain, by 2 points or more`,
    more: (n: number, of: number) => `${n} of ${of}: more pain, by 2 points or more`,
    median: (change: string) => `Median change: ${change} points (0–10)`,
    outcomes: "Outcomes, first against latest answer",
    instruments: {
      psfs: "Patient-Specific Functional Scale",
      groc: "Global rating of change",
      weekly: "Weekly function",
    },
    better: (n: number, of: number) => `${n} of ${of} better by the minimal difference or more`,
    worse: (n: number, of: number) => `${n} of ${of} worse by it or more`,
    note: "These figures describe. They are no proof that a treatment worked: there is no comparison group.",
  },
};

const es: typeof en = {
  exports: {
    title: "Exportaciones",
    hint: "Archivos CSV para una hoja de cálculo o un programa de estadística: uno por tipo de dato, en UTF-8. Un texto que la hoja ejecutaría como fórmula lleva un apóstrofo. Cada exportación queda en el registro de accesos.",
    who: "De quién",
    everybody: "Todos los pacientes de la clínica",
    what: "Qué",
    dictionary: "Diccionario de datos",
    dictionaryHint: "El significado, el tipo y la unidad de cada columna.",
    download: "Descargar",
    downloadLabel: (what) => `Descargar: ${what}`,
    handed: "El archivo está en sus descargas. Contiene datos de pacientes: guárdelo en un lugar seguro.",
    datasets: {
      patients: "Pacientes",
      "check-ins": "Registros diarios",
      "needling-sessions": "Sesiones de punción",
      "exercise-logs": "Ejercicios anotados",
      outcomes: "Resultados",
      "adverse-events": "Eventos después de la punción",
      visits: "Citas",
    },
  },
  report: {
    title: "Informe de la clínica",
    of: (patients) => (patients === 1 ? "1 paciente activo" : `${patients} pacientes activos`),
    loading: "Lee medio año de datos y puede tardar unos segundos.",
    tooFew: (patients, fewest) =>
      `No se muestra: hay ${patients} de los ${fewest} pacientes que necesita una cifra para no hablar de nadie en particular.`,
    patients: (n) => (n === 1 ? "1 paciente" : `${n} pacientes`),
    adherence: "Ejercicios, últimos 14 días",
    done: (done, due) => `Hechos ${done} de ${due} ejercicios previstos`,
    response: "Dolor alrededor de las sesiones de punción, últimos 180 días",
    compared: (compared, sessions) =>
      `${compared} de ${sessions} sesiones tienen suficientes respuestas antes y después`,
    less: (n, of) => `${n} de ${of}: menos dolor, 2 puntos o más`,
    more: (n, of) => `${n} de ${of}: más dolor, 2 puntos o más`,
    median: (change) => `Cambio mediano: ${change} puntos (0–10)`,
    outcomes: "Resultados, primera respuesta frente a la última",
    instruments: {
      psfs: "Escala funcional específica del paciente",
      groc: "Valoración global del cambio",
      weekly: "Función semanal",
    },
    better: (n, of) => `${n} de ${of} mejor, por la diferencia mínima o más`,
    worse: (n, of) => `${n} de ${of} peor, por ella o más`,
    note: "Estas cifras describen. No prueban que un tratamiento haya servido: no hay grupo de comparación.",
  },
};

export const figures = dictionary({ en, es });
