/** The clinic's library: read once, kept for all screens, read again after a change to it. */

import { call } from "../core/call";
import { Shared } from "./shared.svelte";
import type { Item, Library } from "./wire";

export const clinicLibrary = new Shared(() => call("GET /api/library"));
export const needlingRules = new Shared(() => call("GET /api/needling-rules"));
/** The texts and rules that somebody has signed; the others are drafts. */
export const textSignatures = new Shared(() => call("GET /api/library/texts/signatures"));

const maps = new WeakMap<Library, ReadonlyMap<string, Item>>();

/** Every item by its slug. */
export function itemsOf(library: Library): ReadonlyMap<string, Item> {
  let map = maps.get(library);
  if (!map) {
    map = new Map(
      [...library.exercises, ...library.activityModifications, ...library.educationTopics].map((item) => [
        item.slug,
        item,
      ]),
    );
    maps.set(library, map);
  }
  return map;
}
