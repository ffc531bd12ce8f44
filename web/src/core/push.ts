/**
 * Reminders by push on this device: whether they are possible, allowed and alive, switching them on inside a tap, and
 * re-arming at every start, because keys change and browsers forget subscriptions without telling.
 */

import type { Delivery, Device, PushKey } from "./api";
import { call, Problem } from "./call";
import type { Store } from "./db";
import type { Language } from "./i18n";
import type { Armed } from "./kept";
import { installed, platform } from "./platform";

export type PushState =
  /** This browser has no push. */
  | "unsupported"
  /** iOS: first on the home screen. */
  | "install-first"
  /** The person (or the phone) said no; only the phone's settings can change that. */
  | "denied"
  | "off"
  | "on"
  /** It was on here, and the phone has dropped it. */
  | "lost";

/** `subscribe()` may never settle where the push service cannot be reached. */
const subscribeMs = 20_000;

export class PushTimeout extends Error {
  override readonly name = "PushTimeout";
}

export class PushDenied extends Error {
  override readonly name = "PushDenied";
}

export async function pushState(store: Store): Promise<PushState> {
  if (platform() === "ios" && !installed()) return "install-first";
  if (!supported()) return "unsupported";
  if (Notification.permission === "denied") return "denied";
  const armed = await armedHere(store);
  if (!armed) return "off";
  const subscription = await (await registration()).pushManager.getSubscription();
  return subscription && Notification.permission === "granted" ? "on" : "lost";
}

/** Switches reminders on. Must be called inside a tap. Throws PushDenied, PushTimeout, Problem. */
export async function switchOn(store: Store, language: Language): Promise<void> {
  if ((await Notification.requestPermission()) !== "granted") throw new PushDenied();
  await arm(store, language);
}

/**
 * At every start: a device that should be reachable is subscribed with the server's present key and known to it.
 * False when reminders were switched on here and do not reach this device any more.
 */
export async function keepArmed(store: Store, language: Language): Promise<boolean> {
  if (!(await armedHere(store))) return true;
  if (supported() && Notification.permission === "granted") await arm(store, language).catch(() => undefined);
  return (await pushState(store)) === "on";
}

export async function switchOff(store: Store): Promise<void> {
  const armed = await armedHere(store);
  if (armed) await forget(armed.deviceId);
  await (await (await registration()).pushManager.getSubscription())?.unsubscribe();
  await caches.delete("device");
  await store.remove("single", "push");
}

/** Asks for a test push to this device. The delivery tells how far it came. Throws PushTimeout, Problem. */
export async function sendTest(store: Store, language: Language): Promise<string> {
  const deviceId = await arm(store, language); // a subscription lost since the start is renewed first
  return (await call("POST /api/me/devices/{device_id}/test", { path: { device_id: deviceId } })).deliveryId;
}

export async function delivery(id: string): Promise<Delivery> {
  return await call("GET /api/me/deliveries/{delivery_id}", { path: { delivery_id: id } });
}

function supported(): boolean {
  return "Notification" in globalThis && "PushManager" in globalThis && "serviceWorker" in navigator;
}

async function arm(store: Store, language: Language): Promise<string> {
  const before = await armedHere(store);
  const key = await call("GET /api/push/key");
  const about = { keyId: key.keyId, language, platform: platform() };
  const register = async (subscription: PushSubscription): Promise<Device> => {
    const { endpoint, keys } = subscription.toJSON();
    const { p256dh, auth } = keys!;
    return await call("POST /api/me/devices", {
      body: { endpoint: endpoint!, keys: { p256dh: p256dh!, auth: auth! }, ...about },
    });
  };
  const device = await register(await subscribed(key)).catch(async (error: unknown) => {
    // The push service has ended it, and this browser does not know.
    if (!(error instanceof Problem) || error.code !== "subscription-ended") throw error;
    return await register(await subscribed(key, false));
  });
  const armed: Armed = { deviceId: device.id, keyId: key.keyId };
  await store.put("single", armed, "push");
  await (await caches.open("device")).put("/api/me/devices", new Response(JSON.stringify(about))); // for the service worker
  if (before && before.deviceId !== device.id) await forget(before.deviceId).catch(() => undefined);
  return device.id;
}

/** The server need not send there any more. */
async function forget(deviceId: string): Promise<void> {
  await call("DELETE /api/me/devices/{device_id}", { path: { device_id: deviceId } }).catch((error: unknown) => {
    if (!(error instanceof Problem) || error.status !== 404) throw error;
  });
}

async function subscribed(key: PushKey, keep = true): Promise<PushSubscription> {
  const { pushManager } = await registration();
  const applicationServerKey = bytes(key.publicKey);
  const before = await pushManager.getSubscription();
  if (before && keep && same(before.options.applicationServerKey, applicationServerKey)) return before;
  await before?.unsubscribe();
  return await Promise.race([
    pushManager.subscribe({ userVisibleOnly: true, applicationServerKey }),
    new Promise<never>((_, reject) => setTimeout(() => reject(new PushTimeout()), subscribeMs)),
  ]);
}

async function registration(): Promise<ServiceWorkerRegistration> {
  return await navigator.serviceWorker.ready;
}

async function armedHere(store: Store): Promise<Armed | undefined> {
  return await store.get("single", "push");
}

function bytes(base64Url: string): Uint8Array<ArrayBuffer> {
  const base64 = base64Url.replace(/-/g, "+").replace(/_/g, "/");
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}

function same(one: ArrayBuffer | null, other: Uint8Array): boolean {
  if (!one || one.byteLength !== other.byteLength) return false;
  return new Uint8Array(one).every((byte, at) => byte === other[at]);
}
