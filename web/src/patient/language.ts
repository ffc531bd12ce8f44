/** The language of the patient's screens. */

import type { Language } from "../core/i18n";
import { language } from "../ui/language.svelte";
import { loadWords } from "./words/load";

/** Changes the language once its words are here. Rejects, and changes nothing, when they cannot be had. */
export async function setLanguage(chosen: Language): Promise<void> {
  await loadWords(chosen);
  language.current = chosen;
}

/** At a start: the wanted language, else the one that can be had. */
export async function startLanguage(wanted: Language): Promise<void> {
  await setLanguage(wanted).catch(() => setLanguage(wanted === "en" ? "es" : "en"));
}
