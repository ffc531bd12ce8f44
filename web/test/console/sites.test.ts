import { describe, expect, test } from "vitest";
import { matches } from "../../src/console/model/search";
import { findMuscles, nameOf, readLine } from "../../src/console/model/sites";

const muscles = [
  {
    slug: "quadratus-lumborum",
    title: { en: "Quadratus lumborum (side of the low back)", es: "Cuadrado lumbar (costado)" },
  },
  {
    slug: "multifidus",
    title: { en: "Multifidus (deep muscles along the spine)", es: "Multífido (músculos profundos)" },
  },
  { slug: "gluteus-maximus", title: { en: "Gluteus maximus (buttock)", es: "Glúteo mayor" } },
  {
    slug: "gluteus-medius",
    title: { en: "Gluteus medius (side of the hip)", es: "Glúteo medio (costado de la cadera)" },
  },
];
const first = (line: string, language: "en" | "es" = "en") =>
  findMuscles(readLine(line, language).words, muscles, language)[0]?.slug;

describe("the quick line of the needling form", () => {
  test("initials, side and response make a whole site", () => {
    expect(readLine("ql l t", "en")).toEqual({ words: ["ql"], side: "left", twitch: "yes" });
    expect(first("ql l t")).toBe("quadratus-lumborum");
  });

  test("side and response may come in either order", () => {
    expect(readLine("mult no right", "en")).toEqual({ words: ["mult"], side: "right", twitch: "no" });
  });

  test("a muscle alone leaves side and response open", () => {
    expect(readLine("multifidus", "en")).toEqual({ words: ["multifidus"], side: null, twitch: null });
  });

  test("a lone letter is the beginning of a muscle, not a side", () => {
    expect(readLine("m", "en")).toEqual({ words: ["m"], side: null, twitch: null });
    expect(first("m")).toBe("multifidus");
  });

  test("words separate two muscles of the same family", () => {
    expect(first("glut me r")).toBe("gluteus-medius");
    expect(first("glut max r")).toBe("gluteus-maximus");
    expect(first("hip")).toBe("gluteus-medius");
  });

  test("Spanish finds muscles without accents and reads Spanish sides", () => {
    expect(readLine("multif izq si", "es")).toEqual({ words: ["multif"], side: "left", twitch: "yes" });
    expect(first("multif d", "es")).toBe("multifidus");
    expect(first("cl d", "es")).toBe("quadratus-lumborum");
  });

  test("an unknown muscle finds nothing", () => {
    expect(first("xyz l")).toBeUndefined();
  });

  test("a muscle's name leaves its explanation out", () => {
    expect(nameOf("Quadratus lumborum (side of the low back)")).toBe("Quadratus lumborum");
  });
});

describe("search", () => {
  test("every typed word must begin a word, in any order, without accents", () => {
    expect(matches("vega jo", "José", "Vega")).toBe(true);
    expect(matches("ose", "José", "Vega")).toBe(false);
    expect(matches("", "José")).toBe(true);
  });
});
