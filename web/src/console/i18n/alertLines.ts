/** The finding of an alert in one line; `{name}` is a value that the rule looked at. A rule that is not here has its title. */

import { dictionary } from "../../ui/language.svelte";

type Line = { what: string; detail?: string };

const en: Record<string, Line> = {
  "safety-yes": { what: "{items}", detail: "answered “yes”" },
  "pain-rise": { what: "Pain {runMean}, was {reference}", detail: "{runCheckIns} check-ins since {runFrom}" },
  "severe-pain": { what: "Worst pain {painWorst24h}, was {startingWorst}", detail: "on {days}" },
  "soreness-72h": { what: "Still sore at {soreness}", detail: "{hoursSinceNeedling} h after needling" },
  "soreness-high": { what: "Soreness {soreness}", detail: "{hoursSinceNeedling} h after needling" },
  "leg-spread": { what: "Pain newly in: {newRegions}", detail: "compared with {comparedFrom} to {comparedUntil}" },
  "exercise-red": { what: "Exercise hurt up to {worstPainDuring}", detail: "on {days}" },
  "adverse-event": { what: "{events}", detail: "after needling" },
  "no-checkin": { what: "No check-in for {silentDays} days", detail: "last one {lastCheckIn}" },
  "no-exercise": {
    what: "Exercise on {sessions} of {daysWithExerciseDue} days",
    detail: "{from} to {until}",
  },
  "phase-waiting": { what: "The next phase waits", detail: "since {since}, because of {waits}" },
  improving: { what: "Pain {latestMean}, was {startingMean}", detail: "means of the latest and the first week" },
  "no-change": { what: "Pain {latestMean}, was {startingMean}", detail: "no change after {days} days" },
};

const es: typeof en = {
  "safety-yes": { what: "{items}", detail: "respondió «sí»" },
  "pain-rise": { what: "Dolor {runMean}, antes {reference}", detail: "{runCheckIns} registros desde el {runFrom}" },
  "severe-pain": { what: "Peor dolor {painWorst24h}, antes {startingWorst}", detail: "en {days}" },
  "soreness-72h": { what: "Molestia todavía en {soreness}", detail: "{hoursSinceNeedling} h después de la punción" },
  "soreness-high": { what: "Molestia {soreness}", detail: "{hoursSinceNeedling} h después de la punción" },
  "leg-spread": { what: "Dolor nuevo en: {newRegions}", detail: "comparado con {comparedFrom} a {comparedUntil}" },
  "exercise-red": { what: "El ejercicio dolió hasta {worstPainDuring}", detail: "en {days}" },
  "adverse-event": { what: "{events}", detail: "después de la punción" },
  "no-checkin": { what: "{silentDays} días sin registro", detail: "el último, {lastCheckIn}" },
  "no-exercise": {
    what: "Ejercicio en {sessions} de {daysWithExerciseDue} días",
    detail: "{from} a {until}",
  },
  "phase-waiting": { what: "La fase siguiente espera", detail: "desde el {since}, debido a {waits}" },
  improving: { what: "Dolor {latestMean}, antes {startingMean}", detail: "promedios de la última y la primera semana" },
  "no-change": { what: "Dolor {latestMean}, antes {startingMean}", detail: "sin cambio después de {days} días" },
};

export const alertLines = dictionary({ en, es });
