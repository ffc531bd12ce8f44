import { dictionary } from "../../ui/language.svelte";

const en = {
  regionsHint: "Kept from your last check-in. Change what is different.",
  view: "Body",
  views: { back: "From behind", front: "From the front", list: "List" },
  left: "Left",
  right: "Right",
  both: "Both",
  side: (region: string) => `${region}: which side?`,
};

const es: typeof en = {
  regionsHint: "Viene de su último registro. Cambie lo que sea diferente.",
  view: "Cuerpo",
  views: { back: "De espaldas", front: "De frente", list: "Lista" },
  left: "Izquierda",
  right: "Derecha",
  both: "Los dos",
  side: (region) => `${region}: ¿de qué lado?`,
};

export const words = dictionary({ en, es });
