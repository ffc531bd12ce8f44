/** The clinic's library: read once, kept for all screens, read again after a change to it. */

import { call } from "../core/call";
import { Resource } from "./resource.svelte";
import type { Item, Library } from "./wire";

let shared: Resource<Library> | undefined;

export function theLibrary(): Resource<Library> {
  // A failed first try is not kept: the next screen asks again.
  if (!shared || (shared.problem && !shared.data)) shared = new Resource(() => call("GET /api/library"));
  return shared;
}

/** Forgets it when somebody else may sign in. */
export function forgetLibrary(): void {
  shared = undefined;
}

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
