/** Finding things by typing: without case, without accents, every typed word somewhere. */

export function fold(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

/** Whether every word of the query begins a word of the text; an empty query matches all. */
export function matches(query: string, ...texts: readonly string[]): boolean {
  const words = wordsOf(texts.join(" "));
  return wordsOf(query).every((typed) => words.some((word) => word.startsWith(typed)));
}

export function wordsOf(text: string): string[] {
  return fold(text)
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);
}
