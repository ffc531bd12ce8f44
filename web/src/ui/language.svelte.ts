/** The language on screen: one choice for the whole app, kept in step with <html lang>. */

import { type Dictionaries, type Language, pickLanguage, type Text } from "../core/i18n";

class CurrentLanguage {
  private chosen = $state<Language>(pickLanguage(navigator.languages));

  get current(): Language {
    return this.chosen;
  }

  set current(chosen: Language) {
    this.chosen = chosen;
    document.documentElement.lang = chosen;
  }
}

export const language = new CurrentLanguage();

/**
 * Binds a pair of dictionaries: `const t = dictionary({ en, es })`, then `t().today.title` in a template. A desk that
 * shows a patient's phone names the language; the words of the phone's first screen are then there in both.
 */
export function dictionary<T>(texts: Dictionaries<T>): (named?: Language) => T {
  return (named) => texts[named ?? language.current];
}

/** A bilingual text of the server or the instrument, in the language on screen; in the other one if it has no words. */
export function say(text: Text, named: Language = language.current): string {
  return text[named] || text[named === "es" ? "en" : "es"];
}
