/** The kind of device and window, for the few places where phones differ. */

import type { Language } from "./i18n";

export type Platform = "ios" | "android" | "desktop";

export function platform(): Platform {
  const { userAgent, maxTouchPoints } = navigator;
  // An iPad says it is a Mac, but no Mac has a touch screen.
  if (/iPhone|iPad|iPod/.test(userAgent) || (/Macintosh/.test(userAgent) && maxTouchPoints > 1)) return "ios";
  return /Android/.test(userAgent) ? "android" : "desktop";
}

/** Whether the app runs from the home screen; on iOS only then can it be reminded. */
export function installed(): boolean {
  return (
    matchMedia("(display-mode: standalone)").matches || (navigator as { standalone?: boolean }).standalone === true
  );
}

const kinds = {
  en: { ios: "iPhone or iPad", android: "Android", desktop: "Computer", installed: "home screen" },
  es: { ios: "iPhone o iPad", android: "Android", desktop: "Computadora", installed: "pantalla de inicio" },
} as const satisfies Record<Language, object>;

/** The name of this device in the list of signed-in devices. */
export function deviceLabel(language: Language): string {
  const kind = kinds[language][platform()];
  const { userAgent } = navigator;
  const browser = /Firefox|FxiOS/.test(userAgent)
    ? "Firefox"
    : /Edg/.test(userAgent)
      ? "Edge"
      : /Chrome|CriOS/.test(userAgent)
        ? "Chrome"
        : "Safari";
  return installed() ? `${kind}, ${kinds[language].installed}` : `${kind}, ${browser}`;
}
