import { beforeAll, describe, expect, test, vi } from "vitest";

type Words = Record<string, unknown>;

/** Words that are the same in both languages on purpose. */
const shared = new Set(["Homeplan", "English", "Español"]);

const files = import.meta.glob([
  "../../src/{patient,ui}/words/**/*.ts",
  "!**/*.d.ts",
  "!**/load.ts",
  "!**/first/instrument.ts",
]) as Record<string, () => Promise<{ words: () => Words }>>;
const found: [string, Words, Words][] = [];

beforeAll(async () => {
  vi.stubGlobal("navigator", { languages: ["en-US"] });
  vi.stubGlobal("document", { documentElement: {} });
  const { language } = await import("../../src/ui/language.svelte");
  for (const [file, load] of Object.entries(files)) {
    const { words } = await load();
    language.current = "en";
    const en = words();
    language.current = "es";
    found.push([file.split("/").at(-1)!, en, words()]);
  }
});

describe("every text", () => {
  test("is there in both languages, with the same places to fill", () => {
    expect(found.length).toBeGreaterThan(8);
    for (const [file, en, es] of found) {
      for (const [key, english, spanish] of pairs(en, es, file)) {
        expect(typeof spanish, key).toBe(typeof english);
        if (typeof english === "function") expect((spanish as () => string).length, key).toBe(english.length);
      }
    }
  });

  test("is translated, and says something", () => {
    for (const [file, en, es] of found) {
      for (const [key, english, spanish] of pairs(en, es, file)) {
        const [one, other] = [spoken(english), spoken(spanish)];
        expect(one.trim(), key).not.toBe("");
        expect(other.trim(), key).not.toBe("");
        if (!shared.has(one)) expect(other, key).not.toBe(one);
      }
    }
  });

  test("is named by some screen: words that nobody shows weigh on the phone as well", () => {
    const sources = import.meta.glob<string>("../../src/{patient,core,ui}/**/*.{svelte,ts}", {
      query: "?raw",
      import: "default",
      eager: true,
    });
    const screens = Object.entries(sources)
      .filter(([path]) => !path.includes("/words/"))
      .map(([, text]) => text)
      .join();
    for (const [file, en] of found)
      for (const key of Object.keys(en)) expect(screens, `${file} ${key}`).toMatch(new RegExp(`[."]${key}\\b`));
  });

  test("gives every screen a title", async () => {
    const { pages } = await import("../../src/patient/routes");
    const [, { tabs, titles }] = found.find(([file]) => file === "app.ts")!;
    expect(Object.keys({ ...(tabs as Words), ...(titles as Words) })).toEqual(
      expect.arrayContaining(Object.keys(pages)),
    );
  });
});

function* pairs(en: Words, es: Words, path: string): Generator<[string, unknown, unknown]> {
  for (const [key, english] of Object.entries(en)) {
    const here = path.endsWith(".ts") ? `${path} ${key}` : `${path}.${key}`;
    if (typeof english === "object") yield* pairs(english as Words, es[key] as Words, here);
    else yield [here, english, es[key]];
  }
}

/** A text as it reads with numbers and names filled in. */
function spoken(text: unknown): string {
  return typeof text === "function" ? (text as (...given: number[]) => string)(3, 4) : String(text);
}
