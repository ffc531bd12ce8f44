/** Each text that promises something names the test that keeps the promise (promises.yaml). */

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";
import { parse } from "yaml";

import { allWords } from "./dictionaries";
import { promised } from "./promised";

const root = join(import.meta.dirname, "../../..");
type Marks = { kept: Record<string, string[]>; promises_nothing: Record<string, string[]> };
const marks = parse(readFileSync(join(import.meta.dirname, "promises.yaml"), "utf8")) as Marks;
const marked = [...Object.values(marks.kept), ...Object.values(marks.promises_nothing)].flat();
const words = allWords();

test("the dictionaries are read in both languages", () => {
  for (const language of ["en", "es"] as const)
    expect(words.filter((word) => word.language === language).length).toBeGreaterThan(1000);
  expect(promised("en", "Session saved.") && promised("es", "Sesión guardada.")).toBe(true);
  expect(promised("en", "Ask your clinic's administrator.") && promised("en", "It is still here.")).toBe(true);
  expect(promised("en", "Pain before") || promised("es", "Dolor antes")).toBe(false);
});

test("a text with a promising word is marked", () => {
  const found = words.filter(({ language, text }) => promised(language, text)).map(({ id }) => id);
  expect([...new Set(found)].filter((id) => !marked.includes(id))).toEqual([]);
});

test("each mark is of a text that is there and promises something, and is made once", () => {
  const promising = new Set(words.filter(({ language, text }) => promised(language, text)).map(({ id }) => id));
  expect(marked.filter((id) => !promising.has(id))).toEqual([]);
  expect(marked).toEqual([...new Set(marked)]);
});

test.each(Object.keys(marks.kept))("%s is a test", (place) => {
  const [file = "", name = ""] = place.split("::");
  const text = readFileSync(join(root, file), "utf8");
  const named = file.endsWith(".py") ? `def ${name}(` : `test(${JSON.stringify(name)}`;
  expect(text.includes(named)).toBe(true);
});
