/** Filters of the builder's shelf as chips: within a group one of the chosen is enough, between groups all count. */

import type { Exercise, Item, LoadType } from "../wire";
import type { Named } from "./shelf";

export const chipGroups = {
  body: ["back", "belly", "hip", "leg"],
  place: ["floor", "standing", "sitting"],
  tools: ["no-tools"],
  load: ["strengthens", "moves", "stretches", "relaxes", "activates", "aerobic"],
} as const;

export type Chip = (typeof chipGroups)[keyof typeof chipGroups][number];

/** Those that are offered before the others are asked for. */
export const firstChips: readonly Chip[] = ["back", "floor", "standing", "no-tools"];
export const allChips: readonly Chip[] = Object.values(chipGroups).flat();

const muscles: Record<string, readonly string[]> = {
  back: ["quadratus-lumborum", "multifidus", "erector-spinae", "latissimus-dorsi"],
  belly: ["transversus-abdominis", "rectus-abdominis", "obliques", "diaphragm", "pelvic-floor"],
  hip: ["iliopsoas", "gluteus-maximus", "gluteus-medius", "piriformis"],
  leg: ["hamstrings", "quadriceps", "calf"],
};

/** Advice and topics have none of these properties: chips leave only exercises. */
export function fits(item: Item, chosen: ReadonlySet<Chip>, library: Pick<Named, "positions">): boolean {
  if (chosen.size === 0) return true;
  if (item.kind !== "exercise") return false;
  return Object.values(chipGroups).every((group) => {
    const wanted = (group as readonly Chip[]).filter((chip) => chosen.has(chip));
    return wanted.length === 0 || wanted.some((chip) => has(item, chip, library));
  });
}

/** The parts of the body and the places that hold for an exercise, for the line under its name. */
export function chipsOf(item: Exercise, library: Pick<Named, "positions">): Chip[] {
  const first = (group: readonly Chip[]) => group.filter((chip) => has(item, chip, library));
  return [...first(chipGroups.body).slice(0, 2), ...first(chipGroups.place).slice(0, 1)];
}

function has(item: Exercise, chip: Chip, library: Pick<Named, "positions">): boolean {
  const at = (slug: string) => item.position === slug || (item.altPositions ?? []).includes(slug);
  switch (chip) {
    case "floor":
      return library.positions.some(({ slug, floor }) => slug === item.position && floor);
    case "standing":
      return at("standing") || at("walking");
    case "sitting":
      return at("sitting");
    case "no-tools":
      return !item.equipment?.length;
    case "back":
    case "belly":
    case "hip":
    case "leg":
      return (item.targets.primary ?? []).some((slug) => muscles[chip]?.includes(slug));
    default:
      return item.loadType === (chip satisfies LoadType);
  }
}
