/**
 * The service worker: the app's shell without a network, and one notification for each push. Its own small program;
 * the build tells it where the list of the shell's files lies (vite/worker.ts).
 */

import type { Body } from "../core/api";
import { ask, type Push, read, receipts } from "./push";

declare const self: ServiceWorkerGlobalScope;
/** The address of the list of the shell's files; it changes whenever one of them does. */
declare const __SHELL__: string;

const shell = __SHELL__;
const { report, send } = receipts("receipts");

self.addEventListener("install", (event) => {
  event.waitUntil(keepShell());
});

self.addEventListener("activate", (event) => {
  event.waitUntil(dropOldShells().then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { origin, pathname } = new URL(event.request.url);
  const { method, mode } = event.request;
  if (origin !== location.origin || method !== "GET" || /^\/(api\/(?!me\/pictures\/)|console\/)/.test(pathname)) return;
  // "/e" is where an invitation's QR code leads; the page is the same.
  const file = mode === "navigate" && pathname === "/e" ? "/" : pathname;
  event.respondWith(
    caches
      .match(file, { cacheName: shell })
      .then((kept) => kept ?? caches.match(file)) // of a page that began with the version before
      .then((kept) => kept ?? fetch(event.request)),
  );
});

self.addEventListener("message", (event) => {
  if (event.data === "take over") event.waitUntil(self.skipWaiting());
  if (event.data === "send receipts") event.waitUntil(send());
});

self.addEventListener("push", (event) => {
  const { notification, app_badge, receipt } = read(event.data);
  const { title, body = "", lang = "", navigate = "/", tag = "", silent = false } = notification ?? fallback();
  const badge = app_badge && (navigator as { setAppBadge?: (count: number) => Promise<void> }).setAppBadge?.(app_badge);
  const shown = self.registration.showNotification(title, {
    ...{ body, lang, tag, silent },
    icon: "/icons/icon-192.png",
    badge: "/icons/badge-96.png",
    data: { navigate, receipt },
  });
  event.waitUntil(Promise.allSettled([shown.then(() => report("shown", receipt)), badge]));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const { navigate, receipt } = event.notification.data as { navigate: string; receipt?: string };
  event.waitUntil(Promise.allSettled([open(navigate), report("opened", receipt)]));
});

self.addEventListener("pushsubscriptionchange", ((event: ExtendableEvent) => {
  // The app re-arms itself at every start; if it is open, it does so now.
  event.waitUntil(
    subscribeAnew()
      .catch(() => undefined)
      .then(patientPages)
      .then((pages) => pages.forEach((page) => page.postMessage("subscription changed"))),
  );
}) as EventListener);

async function keepShell(): Promise<void> {
  const files = (await (await fetch(shell)).json()) as string[];
  await (await caches.open(shell)).addAll(files);
}

/**
 * The shell before this one stays as well: pages that are open still ask for its files. Only shells are named by a path;
 * the plan's pictures, receipts on their way and the device's registration for push stay, and the console has its own.
 */
async function dropOldShells(): Promise<void> {
  const others = (await caches.keys()).filter((name) => name !== shell && name[0] === "/");
  await Promise.all(others.slice(0, -1).map((name) => caches.delete(name)));
}

/** One of the fixed texts, without the patient's own language at hand. */
function fallback(): NonNullable<Push["notification"]> {
  return { title: /^es/.test(navigator.language) ? "Recordatorio" : "Reminder" };
}

async function open(navigate: string): Promise<void> {
  const [page] = await patientPages();
  if (!page) await self.clients.openWindow(navigate);
  else {
    page.postMessage({ navigate });
    await page.focus();
  }
}

async function patientPages(): Promise<WindowClient[]> {
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  return pages.filter(({ url }) => /^\/e?$/.test(new URL(url).pathname));
}

/** The browser has ended the subscription, perhaps long before the app is opened again: the server hears the new one. */
async function subscribeAnew(): Promise<void> {
  const device = await caches.match("/api/me/devices", { cacheName: "device" });
  if (!device) return;
  const { publicKey, keyId } = await (await ask("GET /api/push/key")).json();
  const options = { userVisibleOnly: true, applicationServerKey: publicKey };
  const subscription = (await self.registration.pushManager.subscribe(options)).toJSON();
  const { endpoint = "", keys: { p256dh = "", auth = "" } = {} } = subscription;
  const about = (await device.json()) as Pick<Body<"NewDevice">, "language" | "platform">;
  const body: Body<"NewDevice"> = { ...about, endpoint, keys: { p256dh, auth }, keyId };
  await ask("POST /api/me/devices", JSON.stringify(body));
}
