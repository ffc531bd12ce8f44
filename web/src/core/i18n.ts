/** Two languages. A dictionary is a plain object `en`, and `es: typeof en`: a missing key does not compile. */

export const languages = ["en", "es"] as const;
export type Language = (typeof languages)[number];

/** One text in both languages, as the server and the instrument carry it. */
export type Text = { readonly en: string; readonly es: string };

export type Dictionaries<T> = Readonly<Record<Language, T>>;

/** The first of the preferred languages (BCP 47 tags, best first) that we speak, else English. */
export function pickLanguage(preferred: readonly string[]): Language {
  for (const tag of preferred) {
    const found = languages.find((language) => tag.toLowerCase().split("-")[0] === language);
    if (found) return found;
  }
  return "en";
}
