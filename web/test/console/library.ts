/** The packaged library as the console gets it, for tests. */

import { parse } from "yaml";
import text from "../../../src/homeplan/library/data/library.yaml?raw";
import type { Named } from "../../src/console/model/shelf";
import type { Exercise, Item, Phase, Review } from "../../src/console/wire";

const raw = wire(parse(text)) as Record<string, Record<string, unknown>[]>;
const review: Review = { state: "signed", signedBy: "Ana Ruiz", signedAt: "2026-03-01T10:00:00Z" };

const reviewed = { version: 1, review, renewal: "later", retiredAt: null } as const;

export const phases = raw["phases"] as unknown as Phase[];
export const named = {
  categories: raw["categories"],
  positions: raw["positions"],
  muscles: raw["muscles"],
} as unknown as Named;
export const library: ReadonlyMap<string, Item> = new Map(
  [
    ...(raw["exercises"] ?? []).map((one) => exercise(one)),
    ...(raw["activityModifications"] ?? []).map((one) => ({ ...one, kind: "activity", ...reviewed })),
    ...(raw["educationTopics"] ?? []).map((one) => ({ ...one, kind: "education", ...reviewed })),
  ].map((item) => [(item as Item).slug, item as unknown as Item]),
);

export function unsigned(slug: string): ReadonlyMap<string, Item> {
  const item = library.get(slug) as Item;
  return new Map([...library, [slug, { ...item, review: { state: "unsigned", signedBy: null, signedAt: null } }]]);
}

function exercise(one: Record<string, unknown>): Exercise {
  const dose = one["dose"] as Record<string, unknown>;
  const tiny = one["tiny"] as Record<string, unknown>;
  const targets = one["targets"] as Record<string, string[]>;
  const loads = ["activates", "strengthens", "stretches"];
  const filled = {
    sets: 1,
    reps: null,
    durationS: null,
    holdS: 0,
    restS: 0,
    perSide: false,
    load: null,
    timesPerDay: 1,
    weekdays: 127,
  };
  const { daysPerWeek: _, ...given } = dose;
  return {
    ...one,
    kind: "exercise",
    ...reviewed,
    cautionTags: one["cautionTags"] ?? [],
    restsFor: one["waitsFor"] ?? (loads.includes(one["loadType"] as string) ? targets["primary"] : []),
    doseRange: one["doseRange"] ?? {},
    dose: { ...filled, ...given },
    tiny: { reps: null, durationS: null, ...tiny },
  } as unknown as Exercise;
}

function wire(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(wire);
  if (value === null || typeof value !== "object") return value;
  const camel = (key: string) => key.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [camel(key), wire(child)]));
}
