import { dictionary } from "../../ui/language.svelte";

const en = {
  title: "Your program",
  intro: "What your therapist prescribed, for today and the days ahead. Your therapist may change it.",
  whole: "See all days",
  next: (day: string) => `Next: ${day}`,
  today: "Today",
  tomorrow: "Tomorrow",
  days: (first: string, last: string) => `${first} to ${last}`,
  until: (time: string) => `Until ${time}`,
  from: (time: string) => `From ${time}`,
  rest: "A rest day. It is part of the plan.",
  ifYouLike: "If you like; not due",
  nothing: "No exercises.",
  topics: "Good to know",
  empty: "There is no program on this phone.",
};

const es: typeof en = {
  title: "Su programa",
  intro: "Lo que su terapeuta indicó, para hoy y los próximos días. Su terapeuta puede cambiarlo.",
  whole: "Ver todos los días",
  next: (day) => `Sigue: ${day}`,
  today: "Hoy",
  tomorrow: "Mañana",
  days: (first, last) => `${first} a ${last}`,
  until: (time) => `Hasta las ${time}`,
  from: (time) => `Desde las ${time}`,
  rest: "Día de descanso. Es parte del plan.",
  ifYouLike: "Si quiere; no toca",
  nothing: "Sin ejercicios.",
  topics: "Bueno saberlo",
  empty: "No hay un programa en este teléfono.",
};

export const words = dictionary({ en, es });
