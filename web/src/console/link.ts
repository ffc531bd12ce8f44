/**
 * The token of a link: from an administrator, `/console/join#TOKEN`, or from a mail: `/console/address#TOKEN`, to a
 * patient `/mail/confirm#TOKEN`, and `/mail/stop/TOKEN`. It leaves the address at once, so that it is not read over a
 * shoulder or bookmarked, and waits in the history entry's state: there a reload still finds it.
 */

export type Link = { readonly page: "join" | "address" | "patient-address" | "stop"; readonly token: string };

const pages = {
  "/console/join": "join",
  "/console/address": "address",
  "/mail/confirm": "patient-address",
  "/mail/stop": "stop",
} as const satisfies Record<string, Link["page"]>;

const stop = "/mail/stop/";

export function openedLink(): Link | undefined {
  const { pathname } = location;
  if (pathname.startsWith(stop)) history.replaceState({ token: pathname.slice(stop.length) }, "", "/mail/stop");
  const page = pages[location.pathname as keyof typeof pages];
  if (!page) return undefined;
  addEventListener("hashchange", () => location.reload()); // another link, pasted over this one
  if (location.hash.length > 1) history.replaceState({ token: location.hash.slice(1) }, "", location.pathname);
  const { token } = (history.state ?? {}) as { token?: unknown };
  // Without a token the page says that the link does not work.
  return { page, token: typeof token === "string" ? token : "" };
}
