import { expect, test } from "vitest";
import { allChips, type Chip, chipsOf, fits } from "../../src/console/model/chips";
import { equipmentWords, loadWords, positionWords } from "../../src/console/model/findingWords";
import { everything, shelf } from "../../src/console/model/shelf";
import type { Exercise } from "../../src/console/wire";
import { library, named } from "./library";

const all = [...library.values()];
const exercises = all.filter((item): item is Exercise => item.kind === "exercise");
const find = (query: string) => shelf(all, { ...everything, query }, named).map(({ slug }) => slug);
const chosen = (...chips: Chip[]) =>
  exercises.filter((item) => fits(item, new Set(chips), named)).map(({ slug }) => slug);

test.each([
  ["bird", "bird-dog"],
  ["puente", "bridge"],
  ["multifido", "bird-dog"],
  ["quadratus", "seated-side-bend"],
  ["cuadrado lumbar", "seated-side-bend"],
  ["side lying", "clamshell"],
  ["decúbito lateral", "clamshell"],
  ["on your back", "bridge"],
  ["boca arriba", "bridge"],
  ["quadruped", "bird-dog"],
  ["band", "hamstring-strap-stretch"],
  ["banda", "hamstring-strap-stretch"],
  ["chair", "seated-side-bend"],
  ["silla", "seated-side-bend"],
  ["strengthens", "dead-bug"],
  ["fortalece", "dead-bug"],
  ["stretch", "figure-four-stretch"],
  ["estira", "figure-four-stretch"],
  ["no tools", "bridge"],
  ["sin material", "bridge"],
])("“%s” finds %s", (query, slug) => {
  expect(find(query)).toContain(slug);
});

test("every word of a search counts", () => {
  expect(find("strengthens side lying")).not.toContain("bridge");
  expect(find("strengthens side lying").length).toBeGreaterThan(0);
  expect(find("strengthens xyzzy")).toEqual([]);
});

test("load, position and equipment of each exercise have words in both languages", () => {
  for (const words of [...Object.values(loadWords), ...Object.values(positionWords), ...Object.values(equipmentWords)])
    expect(words.split(";")).toHaveLength(2);
  for (const { loadType, position, equipment } of exercises) {
    expect(loadWords).toHaveProperty(loadType);
    expect(positionWords).toHaveProperty(position);
    for (const slug of equipment ?? []) expect(equipmentWords).toHaveProperty(slug);
  }
});

test("chips of one group widen, chips of two groups narrow", () => {
  expect(chosen()).toHaveLength(exercises.length);
  const floor = chosen("floor");
  const standing = chosen("standing");
  expect(chosen("floor", "standing")).toHaveLength(new Set([...floor, ...standing]).size);
  expect(chosen("back", "floor")).toEqual(chosen("back").filter((slug) => floor.includes(slug)));
  expect(chosen("no-tools")).not.toContain("hamstring-strap-stretch");
});

test("each chip leaves some exercises and not all", () => {
  for (const chip of allChips) {
    expect(chosen(chip).length, chip).toBeGreaterThan(0);
    expect(chosen(chip).length, chip).toBeLessThan(exercises.length);
  }
});

test("advice has no such properties", () => {
  expect(fits(library.get("sitting-breaks")!, new Set(["floor"]), named)).toBe(false);
});

test("an exercise says where it works and where it is done", () => {
  expect(chipsOf(library.get("bird-dog") as Exercise, named)).toEqual(["back", "hip", "floor"]);
});
