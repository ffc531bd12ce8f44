/** The other ways of an exercise: an easier one, a harder one, one without the floor. */

import type { Exercise, Item, Library } from "../wire";
import type { Prescribed } from "./draft";

export type WithoutFloor =
  /** The same exercise in another position. */
  | { readonly position: string; readonly exercise?: undefined }
  /** Another exercise, in `position` where one is named. */
  | { readonly exercise: Exercise; readonly position: string | null };

export type Variants = {
  readonly easier: Exercise | undefined;
  readonly harder: Exercise | undefined;
  /** undefined: it is without the floor already, or there is no way. */
  readonly withoutFloor: WithoutFloor | undefined;
};

export function variantsOf(
  item: Prescribed,
  items: ReadonlyMap<string, Item>,
  positions: Library["positions"],
): Variants {
  const source = items.get(item.slug);
  const exercise = (slug: string | null | undefined) => {
    const found = slug ? items.get(slug) : undefined;
    return found?.kind === "exercise" && found.retiredAt === null && found.renewal !== "overdue" ? found : undefined;
  };
  if (source?.kind !== "exercise") return { easier: undefined, harder: undefined, withoutFloor: undefined };
  return {
    easier: exercise(source.easier),
    harder: exercise(source.harder),
    withoutFloor: offTheFloor(item, source, positions, exercise),
  };
}

/** As the server does with a whole plan: position_without_floor in library/model.py. */
function offTheFloor(
  item: Prescribed,
  source: Exercise,
  positions: Library["positions"],
  exercise: (slug: string | null | undefined) => Exercise | undefined,
): WithoutFloor | undefined {
  const onFloor = (slug: string) => positions.some((one) => one.slug === slug && one.floor);
  if (!onFloor(item.bodyPosition ?? source.position)) return undefined;
  const way = source.withoutFloor;
  const other = exercise(way?.alternative);
  if (other) return { exercise: other, position: way?.position ?? null };
  const position = way?.position ?? (source.altPositions ?? []).find((slug) => !onFloor(slug));
  return position && !way?.alternative ? { position } : undefined;
}
