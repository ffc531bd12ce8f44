/** The console's language is this desk's choice; it is kept in the browser. */

import { type Language, languages } from "../core/i18n";
import { language } from "../ui/language.svelte";

const key = "homeplan.console.language";

export function restoreLanguage(): void {
  const kept = languages.find((known) => known === localStorage.getItem(key));
  language.current = kept ?? language.current;
}

export function chooseLanguage(chosen: Language): void {
  language.current = chosen;
  localStorage.setItem(key, chosen);
}
