/**
 * The quick line of the needling form: "ql l twitch" is one site, typed in two seconds.
 * Trailing words name the side and the response, what comes before them finds the muscle.
 */

import type { Language, Text } from "../../core/i18n";
import { wordsOf } from "./search";

export type Side = "left" | "right" | "both";
export type Twitch = "yes" | "no" | null;

export type Muscle = { readonly slug: string; readonly title: Text };

export type TypedSite = { readonly muscle: string; readonly side: Side | null; readonly twitch: Twitch };

type Typed = { readonly words: readonly string[]; readonly side: Side | null; readonly twitch: Twitch };

/** The parts of the typed text. The first word always belongs to the muscle. */
export function readLine(line: string, language: Language): Typed {
  const words = wordsOf(line);
  let side: Side | null = null;
  let twitch: Twitch = null;
  while (words.length > 1) {
    const last = words[words.length - 1] as string;
    if (side === null && sides[language][last]) side = sides[language][last] ?? null;
    else if (twitch === null && twitches[language][last]) twitch = twitches[language][last] ?? null;
    else break;
    words.pop();
  }
  return { words, side, twitch };
}

/** The muscles that the typed words can mean, best first: initials, then beginnings of words. */
export function findMuscles<M extends Muscle>(
  words: readonly string[],
  muscles: readonly M[],
  language: Language,
): M[] {
  if (words.length === 0) return [...muscles];
  const scored = muscles.flatMap((muscle) => {
    const score = scoreOf(words, muscle, language);
    return score === 0 ? [] : [{ muscle, score }];
  });
  return scored.sort((a, b) => b.score - a.score).map(({ muscle }) => muscle);
}

function scoreOf(words: readonly string[], muscle: Muscle, language: Language): number {
  const title = wordsOf(muscle.title[language]);
  const slug = wordsOf(muscle.slug);
  const typed = words.join("");
  if (slug.length > 1 && initials(slug) === typed) return 4;
  if (typed.length > 1 && initials(wordsOf(nameOf(muscle.title[language]))) === typed) return 4;
  if (words.every((word, at) => title[at]?.startsWith(word))) return 3;
  if (words.every((word) => slug.some((part) => part.startsWith(word)))) return 2;
  return words.every((word) => title.some((part) => part.startsWith(word))) ? 1 : 0;
}

/** "Quadratus lumborum (side of the low back)" without its explanation. */
export function nameOf(title: string): string {
  return title.replace(/\s*\(.*\)\s*$/, "");
}

function initials(words: readonly string[]): string {
  return words.map((word) => word[0]).join("");
}

const sides: Record<Language, Record<string, Side>> = {
  en: { l: "left", left: "left", r: "right", right: "right", b: "both", both: "both" },
  es: {
    i: "left",
    izq: "left",
    izquierdo: "left",
    izquierda: "left",
    d: "right",
    der: "right",
    derecho: "right",
    derecha: "right",
    a: "both",
    ambos: "both",
    ambas: "both",
  },
};

const twitches: Record<Language, Record<string, Exclude<Twitch, null>>> = {
  en: { t: "yes", twitch: "yes", yes: "yes", y: "yes", n: "no", no: "no" },
  es: { r: "yes", respuesta: "yes", si: "yes", s: "yes", n: "no", no: "no" },
};
