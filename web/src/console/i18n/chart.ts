import { dictionary } from "../../ui/language.svelte";

const en = {
  tabs: {
    "": "Overview",
    program: "Program",
    needling: "Needling session",
    outcomes: "Outcomes",
    summary: "Summary",
    handout: "On paper",
    invite: "Invite",
  } as Record<string, string>,
  label: "Patient's chart",
  back: "All patients",
  born: (year: number) => `born ${year}`,
  speaks: { en: "English", es: "Spanish" },
};

const es: typeof en = {
  tabs: {
    "": "Resumen",
    program: "Programa",
    needling: "Sesión de punción",
    outcomes: "Resultados",
    summary: "Informe",
    handout: "En papel",
    invite: "Invitar",
  },
  label: "Expediente del paciente",
  back: "Todos los pacientes",
  born: (year) => `nació en ${year}`,
  speaks: { en: "inglés", es: "español" },
};

export const chart = dictionary({ en, es });
