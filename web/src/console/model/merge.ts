/** Two versions of one program beside each other, and both put together. */

import type { Document } from "./document";
import type { Prescribed } from "./draft";

/** Items by where they are; what both have in the same way is left out. */
export type Differences = {
  readonly onlyMine: readonly Prescribed[];
  readonly onlyTheirs: readonly Prescribed[];
  readonly different: readonly Prescribed[];
};

export function differencesOf(mine: Document, theirs: Document): Differences {
  const pairs = pairsOf(mine.plan.items, theirs.plan.items);
  return {
    onlyMine: mine.plan.items.filter((item) => !pairs.has(item)),
    onlyTheirs: theirs.plan.items.filter((item) => ![...pairs.values()].includes(item)),
    different: mine.plan.items.filter((item) => {
      const other = pairs.get(item);
      return other !== undefined && contentOf(item) !== contentOf(other);
    }),
  };
}

/** Everything of both: mine as it is, then what only they have, in the phases where mine has no such item. */
export function together(mine: Document, theirs: Document): Document {
  const added = differencesOf(mine, theirs).onlyTheirs.flatMap((item) => {
    const used = new Set(mine.plan.items.filter(({ slug }) => slug === item.slug).flatMap(({ phases }) => phases));
    const phases = item.phases.filter((phase) => !used.has(phase));
    return phases.length ? [{ ...item, phases }] : [];
  });
  return {
    ...mine,
    plan: { ...mine.plan, items: [...mine.plan.items, ...added] },
    overlay: mine.overlay ?? theirs.overlay,
    summary: null, // it told of one of the two
  };
}

/** Each item of my version with the same one of their version: by its id, else by what it prescribes. */
function pairsOf(items: readonly Prescribed[], theirs: readonly Prescribed[]): Map<Prescribed, Prescribed> {
  const left = new Set(theirs);
  const pairs = new Map<Prescribed, Prescribed>();
  for (const same of [byId, bySlug]) {
    for (const item of items) {
      if (pairs.has(item)) continue;
      const other = [...left].find((one) => same(item, one));
      if (!other) continue;
      left.delete(other);
      pairs.set(item, other);
    }
  }
  return pairs;
}

const byId = (one: Prescribed, other: Prescribed) => one.id === other.id;
const bySlug = (one: Prescribed, other: Prescribed) => one.slug === other.slug && one.kind === other.kind;

function contentOf({ id: _, ...content }: Prescribed): string {
  return JSON.stringify(content, Object.keys(content).sort().concat(doseFields));
}

/** JSON of an item in one order of its fields, those within its dose included. */
const doseFields = [
  "sets", "reps", "durationS", "holdS", "restS", "perSide", "load", "timesPerDay", "weekdays", "en", "es",
]; // prettier-ignore
