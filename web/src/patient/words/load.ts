/**
 * The words of the first screen, a file per language (vite/words.ts): only the language in use is loaded. The page runs
 * this module before the app has come, so that its words are on their way beside it.
 */

import { type Language, pickLanguage } from "../../core/i18n";

const files = { en: () => import("first-words/en"), es: () => import("first-words/es") };

/** The words that have been loaded. */
export const loaded: Partial<Record<Language, object>> = {};

/** Rejects when the file can be had neither from this phone nor from the server. */
export async function loadWords(language: Language): Promise<void> {
  loaded[language] ??= (await files[language]()).default;
}

void loadWords(pickLanguage(navigator.languages)).catch(() => undefined);
