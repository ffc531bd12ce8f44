import { dictionary } from "../../ui/language.svelte";

const en = {
  title: "Import patients",
  intro:
    "From a CSV file of a spreadsheet or another program. You see first what each row would do; nothing is stored before you import.",
  columns:
    "Needed columns: first name, last name. Known as well: birth year or date of birth, record number, telephone, language, time zone, therapist (e-mail).",
  file: "CSV file",
  order: "Order of day and month in dates",
  orders: {
    auto: "As the file shows",
    "day-first": "Day first (31/12/1980)",
    "month-first": "Month first (12/31/1980)",
  },
  zone: "Time zone of rows without one",
  reading: "Reading the file…",
  unreadable: "This file cannot be read as text.",
  found: (rows: number) => (rows === 1 ? "1 row" : `${rows} rows`),
  states: { new: "New", duplicate: "Known already", repeated: "Twice in the file", fault: "Cannot be imported" },
  line: "Line",
  patient: "Patient",
  result: "What happens",
  like: {
    "record-number": (name: string) => `same record number as ${name}`,
    "name-and-birth-year": (name: string) => `same name and year of birth as ${name}`,
    name: (name: string) => `same name as ${name}; a year of birth is missing`,
  },
  anyway: "Import anyway",
  anywayLabel: (name: string, line: number) => `Import ${name} of line ${line} anyway`,
  leftOut: (names: string) => `Columns that are left out: ${names}`,
  submit: (n: number) => (n === 1 ? "Import 1 patient" : `Import ${n} patients`),
  nothingNew: "No row of this file would be imported.",
  done: (added: number, leftOut: number) => `${added} imported, ${leftOut} left out.`,
  earlier: "Earlier imports",
  none: "Nothing was imported yet.",
  by: (when: string, name: string) => `${when} · ${name}`,
  counts: (added: number, leftOut: number) => `${added} imported, ${leftOut} left out`,
  undo: "Take back",
  undoLabel: (when: string) => `Take back the import of ${when}`,
  undoAsk: "Remove the patients of this import? Those with whose record somebody has worked since stay.",
  undoNow: "Remove them",
  undone: (kept: number) =>
    kept === 0 ? "Taken back." : kept === 1 ? "Taken back; 1 patient stayed." : `Taken back; ${kept} patients stayed.`,
  faults: {
    missing: "is missing",
    "too-long": "is too long",
    "not-a-date": "is no year or date",
    "ambiguous-date": "can be read in two ways: choose the order of day and month",
    "two-digit-year": "has a year of two digits",
    "impossible-year": "is in an impossible year",
    "unknown-language": "is not English or Spanish",
    "unknown-zone": "is no known time zone",
    "unusable-number": "cannot be called",
    "unknown-therapist": "is nobody's e-mail here",
    unreadable: "has characters that cannot be shown",
  },
  fields: {
    "given-name": "First name",
    "family-name": "Last name",
    "birth-year": "Birth year",
    "record-number": "Record number",
    telephone: "Telephone",
    language: "Language",
    "time-zone": "Time zone",
    therapist: "Therapist",
  },
};

const es: typeof en = {
  title: "Importar pacientes",
  intro:
    "De un archivo CSV de una hoja de cálculo o de otro programa. Primero ve qué haría cada fila; no se guarda nada antes de importar.",
  columns:
    "Columnas necesarias: nombre, apellidos. También se conocen: año o fecha de nacimiento, número de expediente, teléfono, idioma, zona horaria, terapeuta (correo).",
  file: "Archivo CSV",
  order: "Orden de día y mes en las fechas",
  orders: {
    auto: "Como muestra el archivo",
    "day-first": "Primero el día (31/12/1980)",
    "month-first": "Primero el mes (12/31/1980)",
  },
  zone: "Zona horaria de las filas sin ella",
  reading: "Leyendo el archivo…",
  unreadable: "Este archivo no se puede leer como texto.",
  found: (rows) => (rows === 1 ? "1 fila" : `${rows} filas`),
  states: {
    new: "Nuevo",
    duplicate: "Ya conocido",
    repeated: "Dos veces en el archivo",
    fault: "No se puede importar",
  },
  line: "Línea",
  patient: "Paciente",
  result: "Qué pasa",
  like: {
    "record-number": (name) => `mismo número de expediente que ${name}`,
    "name-and-birth-year": (name) => `mismo nombre y año de nacimiento que ${name}`,
    name: (name) => `mismo nombre que ${name}; falta un año de nacimiento`,
  },
  anyway: "Importar de todos modos",
  anywayLabel: (name, line) => `Importar de todos modos a ${name} de la línea ${line}`,
  leftOut: (names) => `Columnas que no se usan: ${names}`,
  submit: (n) => (n === 1 ? "Importar 1 paciente" : `Importar ${n} pacientes`),
  nothingNew: "Ninguna fila de este archivo se importaría.",
  done: (added, leftOut) => `${added} importados, ${leftOut} omitidos.`,
  earlier: "Importaciones anteriores",
  none: "Todavía no se ha importado nada.",
  by: (when, name) => `${when} · ${name}`,
  counts: (added, leftOut) => `${added} importados, ${leftOut} omitidos`,
  undo: "Deshacer",
  undoLabel: (when) => `Deshacer la importación de ${when}`,
  undoAsk:
    "¿Quitar a los pacientes de esta importación? Se quedan aquellos con cuyo expediente alguien ya ha trabajado.",
  undoNow: "Quitarlos",
  undone: (kept) =>
    kept === 0
      ? "Deshecha."
      : kept === 1
        ? "Deshecha; se quedó 1 paciente."
        : `Deshecha; se quedaron ${kept} pacientes.`,
  faults: {
    missing: "falta",
    "too-long": "es demasiado largo",
    "not-a-date": "no es un año ni una fecha",
    "ambiguous-date": "se puede leer de dos maneras: elija el orden de día y mes",
    "two-digit-year": "tiene un año de dos cifras",
    "impossible-year": "está en un año imposible",
    "unknown-language": "no es inglés ni español",
    "unknown-zone": "no es una zona horaria conocida",
    "unusable-number": "no se puede llamar",
    "unknown-therapist": "no es el correo de nadie de aquí",
    unreadable: "tiene caracteres que no se pueden mostrar",
  },
  fields: {
    "given-name": "Nombre",
    "family-name": "Apellidos",
    "birth-year": "Año de nacimiento",
    "record-number": "Número de expediente",
    telephone: "Teléfono",
    language: "Idioma",
    "time-zone": "Zona horaria",
    therapist: "Terapeuta",
  },
};

export const imports = dictionary({ en, es });
