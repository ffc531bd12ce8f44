/**
 * The service worker of this page. A new version of the app waits until nobody is in the middle of something: it takes
 * over silently at a start without an open draft, else when the person taps "update".
 */

import { drafts } from "./home.svelte";

let waiting = $state.raw<ServiceWorker | undefined>();

export const newVersion = {
  get ready(): boolean {
    return waiting !== undefined;
  },
  use(): void {
    waiting?.postMessage("take over");
  },
};

export async function startWorker(onmessage: (message: unknown) => void): Promise<void> {
  if (!("serviceWorker" in navigator) || !import.meta.env.PROD) return;
  const wasInCharge = navigator.serviceWorker.controller !== null;
  navigator.serviceWorker.addEventListener("message", ({ data }) => onmessage(data));
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    if (wasInCharge) location.reload(); // never at the very first start, which nobody should notice
  });
  const registration = await navigator.serviceWorker.register(scriptUrl("/sw.js"));
  if (registration.waiting && wasInCharge && !(await drafts.any())) registration.waiting.postMessage("take over");
  else if (registration.waiting && wasInCharge) waiting = registration.waiting;
  registration.addEventListener("updatefound", () => {
    const coming = registration.installing;
    coming?.addEventListener("statechange", () => {
      if (coming.state === "installed" && wasInCharge) waiting = coming;
    });
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") void registration.update().catch(() => undefined);
  });
  addEventListener("online", () => registration.active?.postMessage("send receipts"));
  registration.active?.postMessage("send receipts");
}

/** Where the page's policy asks for Trusted Types, a worker's address is one. */
function scriptUrl(path: string): string {
  const { trustedTypes } = globalThis as { trustedTypes?: { createPolicy(name: string, rules: object): { createScriptURL(url: string): string } } };
  return trustedTypes?.createPolicy("homeplan", { createScriptURL: (url: string) => url }).createScriptURL(path) ?? path;
}
