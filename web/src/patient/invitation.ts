/**
 * The token of an invitation's link, `/e#TOKEN`. It leaves the address at once, so that it is not read over a shoulder
 * or bookmarked, and waits in the history entry's state: there a reload still finds it.
 */

import { href } from "../core/router";

export function invitation(): string | undefined {
  if (location.pathname === "/e" && location.hash.length > 1 && !location.hash.startsWith("#/")) {
    const token = location.hash.slice(1);
    history.replaceState({ token }, "", `/${href("pair")}`);
    dispatchEvent(new HashChangeEvent("hashchange")); // a replaced address tells nobody
  }
  const { token } = (history.state ?? {}) as { token?: unknown };
  return typeof token === "string" ? token : undefined;
}
