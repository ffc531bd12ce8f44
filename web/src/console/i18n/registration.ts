import { dictionary } from "../../ui/language.svelte";

const en = {
  title: "New patient",
  intro: "Only what the program needs. No address, no insurance, no diagnosis codes.",
  givenName: "First name",
  givenNameHint: "The patient sees it on the phone when pairing.",
  familyName: "Last name",
  language: "Language of the patient's app",
  languages: { en: "English", es: "Spanish" },
  timeZone: "Time zone",
  timeZoneHint: "Days and reminders are counted in it.",
  birthYear: "Year of birth (optional)",
  recordNumber: "Record number (optional)",
  problem: "Problem",
  problemHint: "In one line, for example: low back pain after gardening.",
  goal: "The patient's goal, in their own words",
  goalHint: "The patient sees it every day, for example: carry my granddaughter again.",
  submit: "Register patient",
  registered: (name: string) => `${name} is registered. Next: the needling session.`,
};

const es: typeof en = {
  title: "Paciente nuevo",
  intro: "Solo lo que el programa necesita. Sin dirección, sin seguro, sin códigos de diagnóstico.",
  givenName: "Nombre",
  givenNameHint: "El paciente lo ve en el teléfono al conectarse.",
  familyName: "Apellido",
  language: "Idioma de la aplicación del paciente",
  languages: { en: "Inglés", es: "Español" },
  timeZone: "Zona horaria",
  timeZoneHint: "Los días y los recordatorios se cuentan en ella.",
  birthYear: "Año de nacimiento (opcional)",
  recordNumber: "Número de expediente (opcional)",
  problem: "Problema",
  problemHint: "En una línea, por ejemplo: dolor de espalda baja después de trabajar en el jardín.",
  goal: "La meta del paciente, en sus palabras",
  goalHint: "El paciente la ve cada día, por ejemplo: volver a cargar a mi nieta.",
  submit: "Registrar paciente",
  registered: (name) => `${name} quedó registrado. Sigue: la sesión de punción.`,
};

export const registration = dictionary({ en, es });
