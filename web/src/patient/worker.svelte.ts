/**
 * The service worker of this page. A new version of the app waits until nobody is in the middle of something: it takes
 * over silently at a start without an open draft, else when the person taps "update". A page that is open keeps the
 * version it began with, until then.
 */

import { begunDays } from "../core/checkin";
import { localDay } from "../core/dates";
import { drafts } from "./home.svelte";

/** Longest wait of a start for the version that takes over. */
const patienceMs = 2_000;

let ready = $state(false);
let waiting: ServiceWorker | undefined;
/** Another version is in charge than this page began with. */
let overtaken = false;
let asked = false;

export const newVersion = {
  get ready(): boolean {
    return ready;
  },
  use(): void {
    asked = true;
    if (overtaken) location.reload();
    else waiting?.postMessage("take over");
  },
};

/**
 * Lets a version that waits take over, before this page begins; the page is then loaded again.
 *
 * It must come before anything is asked for: browsers exchange workers while the old one has nothing to do, and
 * Chromium, once a request has woken it then, comes back to it only when it has been idle for half a minute.
 */
export async function newestFirst(): Promise<void> {
  const workers = navigator.serviceWorker as ServiceWorkerContainer | undefined;
  if (!workers?.controller) return;
  const registration = await workers.getRegistration();
  if (!registration?.waiting || begunDays(await drafts.keys(), localDay(new Date())).length) return;
  const exchanged = new Promise<boolean>((resolve) => {
    workers.addEventListener("controllerchange", () => resolve(true), { once: true });
    setTimeout(resolve, patienceMs, false);
  });
  registration.waiting.postMessage("take over");
  if (!(await exchanged)) return;
  location.reload();
  await new Promise(() => undefined);
}

export async function startWorker(onmessage: (message: unknown) => void): Promise<void> {
  if (!("serviceWorker" in navigator) || !import.meta.env.PROD) return;
  const wasInCharge = navigator.serviceWorker.controller !== null;
  navigator.serviceWorker.addEventListener("message", ({ data }) => onmessage(data));
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    if (!wasInCharge) return; // the very first start, which nobody should notice
    overtaken = ready = true;
    if (asked) location.reload();
  });
  const registration = await navigator.serviceWorker.register(scriptUrl("/sw.js"));
  if (wasInCharge) offer(registration.waiting);
  registration.addEventListener("updatefound", () => {
    const coming = registration.installing;
    coming?.addEventListener("statechange", () => {
      if (coming.state === "installed" && wasInCharge) offer(coming);
    });
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") void registration.update().catch(() => undefined);
  });
  addEventListener("online", () => registration.active?.postMessage("send receipts"));
  registration.active?.postMessage("send receipts");
}

function offer(version: ServiceWorker | null): void {
  if (version) [waiting, ready] = [version, true];
}

/** The worker's address, as a TrustedScriptURL if the page's policy asks for Trusted Types. */
function scriptUrl(path: string): string {
  const { trustedTypes } = globalThis as {
    trustedTypes?: { createPolicy(name: string, rules: object): { createScriptURL(url: string): string } };
  };
  return (
    trustedTypes?.createPolicy("homeplan", { createScriptURL: (url: string) => url }).createScriptURL(path) ?? path
  );
}
