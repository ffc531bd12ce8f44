import type { Language } from "../../core/i18n";
import type { Seen } from "../../core/figure";

type Words = { see: Record<Seen, string>; seen: Record<Seen, string> };

export const words: Record<Language, Words> = {
  en: {
    see: { side: "See from the side", front: "See from the front", above: "See from above", feet: "See from the feet" },
    seen: {
      side: "Seen from the side",
      front: "Seen from the front",
      above: "Seen from above",
      feet: "Seen from the feet",
    },
  },
  es: {
    see: { side: "Ver de lado", front: "Ver de frente", above: "Ver desde arriba", feet: "Ver desde los pies" },
    seen: {
      side: "Visto de lado",
      front: "Visto de frente",
      above: "Visto desde arriba",
      feet: "Visto desde los pies",
    },
  },
};
