import type { Language } from "../../core/i18n";

/** The server's name of a device, "Chrome on Linux", in the language of the desk. */
export function deviceName(label: string, language: Language): string {
  if (language === "en") return label;
  return label
    .replace("A browser", "Un navegador")
    .replace("an unknown system", "un sistema desconocido")
    .replace(" on ", " en ");
}
