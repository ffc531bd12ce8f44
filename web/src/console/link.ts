/**
 * The token of a link from an administrator, `/console/join#TOKEN`. It leaves the address at once, so that it is not
 * read over a shoulder or bookmarked, and waits in the history entry's state: there a reload still finds it.
 */

export function linkToken(): string | undefined {
  if (location.pathname !== "/console/join") return undefined;
  addEventListener("hashchange", () => location.reload()); // another link, pasted over this one
  if (location.hash.length > 1) history.replaceState({ token: location.hash.slice(1) }, "", "/console/join");
  const { token } = (history.state ?? {}) as { token?: unknown };
  // Without a token the page says that the link does not work.
  return typeof token === "string" ? token : "";
}
