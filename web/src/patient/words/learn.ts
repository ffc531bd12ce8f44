import { dictionary } from "../../ui/language.svelte";

const en = {
  title: "Good to know",
  intro: "Short pages about your back, needling and moving. One a day is plenty.",
  empty: "Your therapist adds pages here with your plan.",
};

const es: typeof en = {
  title: "Bueno saberlo",
  intro: "Páginas cortas sobre su espalda, la punción y el movimiento. Una al día es suficiente.",
  empty: "Su terapeuta agrega páginas aquí con su plan.",
};

export const words = dictionary({ en, es });
