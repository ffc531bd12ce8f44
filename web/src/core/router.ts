/** Hash routes: `#/check-in/2026-03-02` is ["check-in", "2026-03-02"], no hash is []. */

export type Route = readonly string[];

export function currentRoute(hash: string = location.hash): Route {
  if (!hash.startsWith("#/")) return [];
  return hash.slice(2).split("/").filter(Boolean).map(decodeURIComponent);
}

export function href(...parts: string[]): string {
  return `#/${parts.map(encodeURIComponent).join("/")}`;
}

export function go(...parts: string[]): void {
  if (location.hash === href(...parts))
    dispatchEvent(new HashChangeEvent("hashchange")); // asked for again
  else location.hash = href(...parts);
}

/** Calls back with every new route until the returned function is called. */
export function onRoute(listener: (route: Route) => void): () => void {
  const onChange = () => listener(currentRoute());
  addEventListener("hashchange", onChange);
  return () => removeEventListener("hashchange", onChange);
}
