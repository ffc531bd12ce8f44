import { dictionary } from "../../ui/language.svelte";

const en = {
  title: "Get help",
  emergency: "In an emergency",
  emergencyWhen:
    "Chest pain, trouble breathing, fainting, numbness between the legs, new weakness in both legs, cannot pee, or lost control of bladder or bowel: call now.",
  noClinic: "Sign in to see your clinic's number here, or look at your printed program.",
  check: "Not sure? Check the warning signs",
  checkButton: "Safety check",
  therapist: (name: string) => `Your therapist: ${name}`,
};

const es: typeof en = {
  title: "Pedir ayuda",
  emergency: "En una emergencia",
  emergencyWhen:
    "Dolor en el pecho, falta de aire, desmayo, adormecimiento entre las piernas, debilidad nueva en las dos piernas, no puede orinar o no controla la orina o el excremento: llame ya.",
  noClinic: "Entre para ver aquí el número de su clínica o mire su programa impreso.",
  check: "¿Tiene dudas? Revise las señales de alerta",
  checkButton: "Revisión de seguridad",
  therapist: (name) => `Su terapeuta: ${name}`,
};

export const words = dictionary({ en, es });
