import { dictionary } from "../../ui/language.svelte";

/** The reasons for which the server refuses an item or a template of the library, by code. */
const en = {
  line: (n: number) => `line ${n}`,
  languages: { en: "English", es: "Spanish" } as Record<string, string>,
  fields: { items: "Exercises", durationH: "Hours", defaultPrompt: "Prompt", phaseFrom: "Offered from" } as Record<
    string,
    string
  >,
  reasons: {
    window: () => "the end must be later than the beginning",
    "no-source": () => "name at least one source",
    unknown: (what: string) => `“${what}” is not in the library any more`,
    "too-early": (what: string, phase: string, from: string) =>
      `“${what}” is planned in ${phase} but is offered from ${from} on`,
    "too-many": (phase: string, count: string, most: string) =>
      `${phase} has ${count} exercises; at most ${most} in the first weeks`,
    blank: () => "is empty",
    "line-counts": (en: string, es: string) => `${en} lines in English, ${es} in Spanish; the same number is needed`,
    range: (low: string, high: string) => `${low} is more than ${high}`,
    outside: (amount: string, low: string, high: string) => `${amount} is outside ${low} to ${high}`,
    "tiny-measure": () => "count it like the dose: both in repetitions, or both in seconds",
    "tiny-more": () => "is more than the dose",
    measure: () => "give either repetitions or seconds",
    "load-early": () => "strengthening and stretching begin 48 hours after needling at the earliest",
    "floor-empty": () => "choose a position, another exercise, or both",
    "on-floor": () => "this is itself on the floor",
    "other-position": () => "the exercise is not done in this position",
    "easier-phase": (what: string, phase: string) => `“${what}” is the easier one but is offered only from ${phase} on`,
    "harder-phase": (what: string, phase: string) =>
      `“${what}” is the harder one but is offered from ${phase} on already`,
    "plan-ends": () => "only an overlay ends after some hours",
    "overlay-endless": () => "an overlay needs the hours for which it lasts",
    "after-overlay": (phase: string, hours: string) => `${phase} begins after the overlay’s ${hours} hours`,
    "no-lines": () => "needs at least one line",
    "too-hard": (grade: string, most: string) =>
      `the English reads at school grade ${grade}; shorter words and sentences bring it to ${most}`,
  },
};

const es: typeof en = {
  line: (n) => `línea ${n}`,
  languages: { en: "inglés", es: "español" },
  fields: { items: "Ejercicios", durationH: "Horas", defaultPrompt: "Aviso", phaseFrom: "Se ofrece desde" },
  reasons: {
    window: () => "el final debe ser posterior al principio",
    "no-source": () => "indique al menos una fuente",
    unknown: (what) => `«${what}» ya no está en la biblioteca`,
    "too-early": (what, phase, from) => `«${what}» está en ${phase}, pero se ofrece desde ${from}`,
    "too-many": (phase, count, most) =>
      `${phase} tiene ${count} ejercicios; en las primeras semanas, ${most} como máximo`,
    blank: () => "está vacío",
    "line-counts": (en, es) => `${en} líneas en inglés, ${es} en español; hace falta el mismo número`,
    range: (low, high) => `${low} es más que ${high}`,
    outside: (amount, low, high) => `${amount} está fuera de ${low} a ${high}`,
    "tiny-measure": () => "cuéntela como la dosis: las dos en repeticiones o las dos en segundos",
    "tiny-more": () => "es más que la dosis",
    measure: () => "indique repeticiones o segundos, no ambos",
    "load-early": () => "fortalecer y estirar empiezan 48 horas después de la punción, no antes",
    "floor-empty": () => "elija una posición, otro ejercicio o ambos",
    "on-floor": () => "esto también es en el piso",
    "other-position": () => "el ejercicio no se hace en esta posición",
    "easier-phase": (what, phase) => `«${what}» es el más fácil, pero se ofrece solo desde ${phase}`,
    "harder-phase": (what, phase) => `«${what}» es el más difícil, pero se ofrece ya desde ${phase}`,
    "plan-ends": () => "solo un plan superpuesto termina después de unas horas",
    "overlay-endless": () => "un plan superpuesto necesita las horas que dura",
    "after-overlay": (phase, hours) => `${phase} empieza después de las ${hours} horas del plan superpuesto`,
    "no-lines": () => "hace falta al menos una línea",
    "too-hard": (grade, most) =>
      `el inglés se lee en el grado escolar ${grade}; palabras y frases más cortas lo bajan a ${most}`,
  },
};

export const flawWords = dictionary({ en, es });
