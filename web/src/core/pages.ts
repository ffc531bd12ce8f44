/** A thread in pages: pages before the newest one are read on request and stay while the screen is open. */

import type { Message } from "./api";

/** The messages of both, the oldest first; of one that is in both, what `newer` says of it. */
export function joined(older: readonly Message[], newer: readonly Message[]): Message[] {
  const all = new Map([...older, ...newer].map((message) => [message.id, message]));
  return [...all.values()].sort(byTime);
}

/** The server's order. */
function byTime(a: Message, b: Message): number {
  const written = Date.parse(a.writtenAt) - Date.parse(b.writtenAt);
  const received = Date.parse(a.receivedAt) - Date.parse(b.receivedAt);
  return written || received || (a.id < b.id ? -1 : 1);
}
