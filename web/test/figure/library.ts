/** All drawings as the build compiles them, for tests. */

import { loadFigure } from "figures/index";
import { parse } from "yaml";
import libraryText from "../../../src/homeplan/library/data/library.yaml?raw";

import type { Drawing } from "../../src/core/figure";

type Exercise = { slug: string; dose: { per_side: boolean } };

type Item = Pick<Exercise, "slug">;

const library = parse(libraryText) as Record<"activity_modifications" | "education_topics", Item[]> & {
  exercises: Exercise[];
};
export const { exercises } = library;
const items: Item[] = [...exercises, ...library.activity_modifications, ...library.education_topics];

export const drawings: [slug: string, drawing: Drawing][] = await Promise.all(
  items.map(async ({ slug }): Promise<[string, Drawing]> => {
    const drawing = await loadFigure(slug);
    if (!drawing) throw new Error(`${slug} has no drawing`);
    return [slug, drawing];
  }),
);

/** Phases over the whole motion, both ends included. */
export const phases = Array.from({ length: 21 }, (_, i) => i / 20);
