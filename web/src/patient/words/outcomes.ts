import { dictionary } from "../../ui/language.svelte";

const en = {
  safety: "Check the warning signs",
  notNow: "Not now",
  save: "Save",
  none: "None of these",
  severityNeeded: "Please say how much it changed your day",
  wordsLabel: "In your own words",
  activityLabel: (n: number) => `Activity ${n}`,
  another: "Add another activity",
  scoreNeeded: "Please tap a number for each activity",
  changeNeeded: "Please tap a number",
  nameNeeded: "Please write at least one activity",
  callClinic: (name: string) => `Call ${name}`,
  close: "Close",
  aside: "You may leave this out. Your pain check-in does not need it.",
  activities: "Your activities",
};

const es: typeof en = {
  safety: "Revisar las señales de alarma",
  notNow: "Ahora no",
  save: "Guardar",
  none: "Nada de esto",
  severityNeeded: "Diga cuánto le cambió el día, por favor",
  wordsLabel: "Con sus propias palabras",
  activityLabel: (n) => `Actividad ${n}`,
  another: "Agregar otra actividad",
  scoreNeeded: "Toque un número para cada actividad, por favor",
  changeNeeded: "Toque un número, por favor",
  nameNeeded: "Escriba al menos una actividad, por favor",
  callClinic: (name) => `Llamar a ${name}`,
  close: "Cerrar",
  aside: "Puede dejar esto en blanco. Su registro de dolor no lo necesita.",
  activities: "Sus actividades",
};

export const words = dictionary({ en, es });
