import { dictionary } from "../language.svelte";

const en = {
  see: { side: "See from the side", front: "See from the front", above: "See from above", feet: "See from the feet" },
  seen: {
    side: "Seen from the side",
    front: "Seen from the front",
    above: "Seen from above",
    feet: "Seen from the feet",
  },
};

const es: typeof en = {
  see: { side: "Ver de lado", front: "Ver de frente", above: "Ver desde arriba", feet: "Ver desde los pies" },
  seen: { side: "Visto de lado", front: "Visto de frente", above: "Visto desde arriba", feet: "Visto desde los pies" },
};

export const words = dictionary({ en, es });
