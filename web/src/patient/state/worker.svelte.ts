/**
 * The service worker of this page. A new version of the app waits until nobody is in the middle of something: it takes
 * over silently at a start without an open draft, else when the person taps "update". A page that is open keeps the
 * version it began with, until then.
 */

import { drafts } from "./drafts.svelte";

/** Longest wait of a start for the version that takes over. */
const patienceMs = 2_000;

class PageWorker {
  /** A new version can be used. */
  ready = $state(false);
  private waiting: ServiceWorker | undefined;
  /** Another version is in charge than this page began with. */
  private overtaken = false;
  private asked = false;

  /** Goes on with the new version. */
  update(): void {
    this.asked = true;
    if (this.overtaken) location.reload();
    else this.waiting?.postMessage("take over");
  }

  /**
   * Lets a version that waits take over, before this page begins; the page is then loaded again.
   *
   * It must come before anything is asked for: browsers exchange workers while the old one has nothing to do, and
   * Chromium, once a request has woken it then, comes back to it only when it has been idle for half a minute.
   */
  async newestFirst(): Promise<void> {
    const workers = navigator.serviceWorker as ServiceWorkerContainer | undefined;
    if (!workers?.controller) return;
    const registration = await workers.getRegistration();
    if (!registration?.waiting || (await drafts.anyBegun())) return;
    const exchanged = new Promise<boolean>((resolve) => {
      workers.addEventListener("controllerchange", () => resolve(true), { once: true });
      setTimeout(resolve, patienceMs, false);
    });
    registration.waiting.postMessage("take over");
    if (!(await exchanged)) return;
    location.reload();
    await new Promise(() => undefined);
  }

  async start(onmessage: (message: unknown) => void): Promise<void> {
    if (!("serviceWorker" in navigator) || !import.meta.env.PROD) return;
    const wasInCharge = navigator.serviceWorker.controller !== null;
    navigator.serviceWorker.addEventListener("message", ({ data }) => onmessage(data));
    navigator.serviceWorker.addEventListener("controllerchange", () => {
      if (!wasInCharge) return; // the very first start, which nobody should notice
      this.overtaken = this.ready = true;
      if (this.asked) location.reload();
    });
    const registration = await navigator.serviceWorker.register(scriptUrl("/sw.js"));
    if (wasInCharge) this.offer(registration.waiting);
    registration.addEventListener("updatefound", () => {
      const coming = registration.installing;
      coming?.addEventListener("statechange", () => {
        if (coming.state === "installed" && wasInCharge) this.offer(coming);
      });
    });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") void registration.update().catch(() => undefined);
    });
    addEventListener("online", () => registration.active?.postMessage("send receipts"));
    registration.active?.postMessage("send receipts");
  }

  private offer(version: ServiceWorker | null): void {
    if (version) [this.waiting, this.ready] = [version, true];
  }
}

export const worker = new PageWorker();

/** The worker's address, as a TrustedScriptURL if the page's policy asks for Trusted Types. */
function scriptUrl(path: string): string {
  const { trustedTypes } = globalThis as {
    trustedTypes?: { createPolicy(name: string, rules: object): { createScriptURL(url: string): string } };
  };
  return (
    trustedTypes?.createPolicy("homeplan", { createScriptURL: (url: string) => url }).createScriptURL(path) ?? path
  );
}
