import { dictionary } from "../../ui/language.svelte";

const en = {
  title: "Good to know",
  intro: "Short pages about your back, needling and moving. One a day is plenty.",
  empty: "Your pages come with your plan. Connect once to load them.",
};

const es: typeof en = {
  title: "Bueno saberlo",
  intro: "Páginas cortas sobre su espalda, la punción y el movimiento. Una al día es suficiente.",
  empty: "Las páginas vienen con su plan. Conéctese una vez para cargarlas.",
};

export const words = dictionary({ en, es });
