/** The pictures of a clinic's own items: kept on the phone while they are in the plan, for the service worker to show. */

import type { Plan } from "./api";

/** The cache of the pictures; the service worker looks there first, and signing out empties it (account.ts). */
export const cacheName = "pictures";

export const pictureAddress = (id: string): string => `/api/me/pictures/${id}`;

/** Fetches what is missing and drops what the plan does not name any more. Never rejects: the words are there anyhow. */
export async function keepPictures(plan: Plan): Promise<void> {
  try {
    const wanted = new Set(
      Object.values(plan.items).flatMap(({ picture }) => (picture ? [pictureAddress(picture)] : [])),
    );
    if (!wanted.size && !(await caches.has(cacheName))) return;
    const cache = await caches.open(cacheName);
    for (const kept of await cache.keys()) {
      const { pathname } = new URL(kept.url);
      if (!wanted.delete(pathname)) await cache.delete(kept);
    }
    for (const address of wanted) {
      const answer = await fetch(address);
      if (answer.ok) await cache.put(address, answer);
    }
  } catch {
    // No network, no room, or a browser that keeps nothing: the next refresh tries again.
  }
}
