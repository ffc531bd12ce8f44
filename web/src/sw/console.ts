/**
 * The console's service worker: one notification for each push, and nothing else. It answers no requests, so that the
 * console is always the server's.
 */

import { read, receipts } from "./push";

declare const self: ServiceWorkerGlobalScope;

const { report, send } = receipts("console-receipts");

self.addEventListener("install", (event) => event.waitUntil(self.skipWaiting()));

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim().then(send)));

self.addEventListener("push", (event) => {
  const { notification, receipt } = read(event.data);
  const { title, body = "", lang = "", navigate = "/console/", tag = "" } = notification ?? fallback();
  const options: NotificationOptions & { renotify: boolean } = {
    ...{ body, lang, tag },
    renotify: tag !== "", // the same thing again is said again: nobody has answered
    icon: "/icons/icon-192.png",
    badge: "/icons/badge-96.png",
    data: { navigate, receipt },
  };
  event.waitUntil(self.registration.showNotification(title, options).then(() => report("shown", receipt)));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const { navigate, receipt } = event.notification.data as { navigate: string; receipt?: string };
  event.waitUntil(Promise.allSettled([open(navigate), report("opened", receipt)]));
});

self.addEventListener("pushsubscriptionchange", ((event: ExtendableEvent) => {
  // The console registers again at its next start; if it is open, it does so now.
  event.waitUntil(consolePages().then((pages) => pages.forEach((page) => page.postMessage("subscription changed"))));
}) as EventListener);

function fallback(): { title: string; body?: string; lang?: string; navigate?: string; tag?: string } {
  return { title: /^es/.test(navigator.language) ? "Alguien le necesita" : "Someone needs you" };
}

async function open(navigate: string): Promise<void> {
  const [page] = await consolePages();
  if (page) await page.focus();
  else await self.clients.openWindow(navigate);
}

async function consolePages(): Promise<WindowClient[]> {
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  return pages.filter(({ url }) => new URL(url).pathname.startsWith("/console"));
}
