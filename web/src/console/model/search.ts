/** Finding things by typing: without case, without accents, every typed word somewhere. */

/** Letters that Unicode does not take apart into a plain letter and a mark; src/homeplan/typed.py has the same. */
const plain: Record<string, string> = {
  æ: "ae",
  œ: "oe",
  þ: "th",
  ß: "ss",
  ł: "l",
  ø: "o",
  đ: "d",
  ð: "d",
  ħ: "h",
  ı: "i",
  ĸ: "k",
  ŋ: "n",
  ŧ: "t",
  ɓ: "b",
  ɗ: "d",
  ƙ: "k",
  ə: "e",
  ς: "σ",
};
const notPlain = new RegExp(`[${Object.keys(plain).join("")}]`, "gu");

/** In lower case, without accents, in plain letters where there are such. */
export function fold(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(notPlain, (letter) => plain[letter] ?? letter);
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
