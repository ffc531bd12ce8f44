/** The language on screen: one choice for the whole app, kept in step with <html lang>. */

import { type Dictionaries, type Language, pickLanguage, type Text } from "../core/i18n";

let current = $state<Language>(pickLanguage(navigator.languages));

export const language = {
  get current(): Language {
    return current;
  },
  set current(chosen: Language) {
    current = chosen;
    document.documentElement.lang = chosen;
  },
};

/** Binds a pair of dictionaries: `const t = dictionary({ en, es })`, then `t().today.title` in a template. */
export function dictionary<T>(texts: Dictionaries<T>): () => T {
  return () => texts[current];
}

/** A bilingual text of the server or the instrument, in the language on screen; in the other one if it has no words. */
export function say(text: Text): string {
  return text[current] || text[current === "es" ? "en" : "es"];
}
