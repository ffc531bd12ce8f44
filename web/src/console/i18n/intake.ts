import { dictionary } from "../../ui/language.svelte";

const en = {
  title: "Intake",
  none: "Not filled in yet.",
  nothing: "Nothing noted.",
  edit: "Fill in or change",
  answers: { yes: "Yes", no: "No", "not-known": "Not known" },
  trimester: "Trimester (if the due date is not known)",
  dueDate: "Due date",
  medicines: "Medicines",
  note: "Note",
  save: "Save intake",
  saved: "Intake saved.",
  noted: (day: string) => `Noted ${day}`,
  cautions: (n: number) =>
    n === 1 ? "1 caution of exercises holds for this patient." : `${n} cautions of exercises hold for this patient.`,
};

const es: typeof en = {
  title: "Antecedentes",
  none: "Todavía sin llenar.",
  nothing: "Nada anotado.",
  edit: "Llenar o cambiar",
  answers: { yes: "Sí", no: "No", "not-known": "No se sabe" },
  trimester: "Trimestre (si no se sabe la fecha de parto)",
  dueDate: "Fecha de parto",
  medicines: "Medicinas",
  note: "Nota",
  save: "Guardar antecedentes",
  saved: "Antecedentes guardados.",
  noted: (day) => `Anotado ${day}`,
  cautions: (n) =>
    n === 1
      ? "1 precaución de ejercicios vale para este paciente."
      : `${n} precauciones de ejercicios valen para este paciente.`,
};

export const intake = dictionary({ en, es });
