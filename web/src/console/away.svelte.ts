/** Requests that found the server away or in trouble: one bar above the page shows it for all. */

import { SvelteSet } from "svelte/reactivity";
import type { Problem } from "../core/call";
import type { Resource } from "./resource.svelte";

const codes = ["offline", "timeout", "broken", "unavailable", "too-many", "screen-missing"];
const unread = new SvelteSet<Resource<unknown>>();

export const away = {
  /** The problem of the page; undefined while everything is read. */
  get problem(): Problem | undefined {
    return [...unread].find(({ problem }) => problem)?.problem;
  },
  retry(): void {
    for (const resource of unread) void resource.reload();
  },
};

/** Whether the problem is one of the server, not of this one place of the page. */
export function isAway(problem: Problem | undefined): boolean {
  return problem !== undefined && codes.includes(problem.code);
}

/** Counts a resource among what could not be read, until it is read or left. */
export function awaits(resource: Resource<unknown>): () => void {
  unread.add(resource);
  return () => unread.delete(resource);
}
