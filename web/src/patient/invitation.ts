/**
 * The token of an invitation's link, `/e#TOKEN`. It leaves the address at once, so that it is not read over a shoulder
 * or bookmarked, and waits in the history entry's state: there a reload still finds it.
 */

import type { InvitationPreview } from "../core/api";
import { call } from "../core/call";
import { href } from "../core/router";
import { loadWords } from "./words/load";

export function invitation(): string | undefined {
  if (location.pathname === "/e" && location.hash.length > 1 && !location.hash.startsWith("#/")) {
    const token = location.hash.slice(1);
    history.replaceState({ token }, "", `/${href("pair")}`);
    dispatchEvent(new HashChangeEvent("hashchange")); // a replaced address tells nobody
  }
  const { token } = (history.state ?? {}) as { token?: unknown };
  return typeof token === "string" ? token : undefined;
}

let asked: Promise<InvitationPreview> | undefined;

/** The person whom the invitation is for: asked once, as soon as the token is known, and again only after a failure. */
export function preview(token: string): Promise<InvitationPreview> {
  asked ??= call("POST /api/pairings/preview", { body: { token } });
  asked.then(
    ({ language }) => void loadWords(language).catch(() => undefined), // its screen will speak it
    () => (asked = undefined),
  );
  return asked;
}

// The page runs this module before the app has come (vite/words.ts). Where a worker is in charge, the
// question would keep it from handing over to a newer one (state/worker.svelte.ts), and the app is there as soon.
const token = invitation();
if (token && !navigator.serviceWorker?.controller) void preview(token).catch(() => undefined);
