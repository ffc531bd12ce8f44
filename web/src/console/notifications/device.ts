/**
 * Notifications on this browser: whether they are possible and allowed, switching them on inside a click, and registering
 * again at every start. The console has a worker of its own: `serviceWorker.ready` could be the patient app's.
 */

import { call, Problem } from "../../core/call";
import { installed, platform } from "../../core/platform";
import type { Device, Language, PushKey } from "../wire";

export type DeviceState =
  /** This browser has no push. */
  | "unsupported"
  /** iOS: first on the home screen. */
  | "install-first"
  /** The person, or the browser, said no; only the browser's settings can change that. */
  | "denied"
  | "off"
  | "on";

/** `subscribe()` may never settle where the push service cannot be reached. */
const subscribeMs = 20_000;
const key = "homeplan.console.device";

export class NotAllowed extends Error {
  override readonly name = "NotAllowed";
}

export class NoPushService extends Error {
  override readonly name = "NoPushService";
}

/** The id under which this browser notifies that member; undefined when it does not. */
export function deviceHere(staffId: string): string | undefined {
  const [owner, device] = (localStorage.getItem(key) ?? "").split(" ");
  return owner === staffId ? device : undefined;
}

export function deviceState(staffId: string, devices: Device[]): DeviceState {
  if (platform() === "ios" && !installed()) return "install-first";
  if (!supported()) return "unsupported";
  if (Notification.permission === "denied") return "denied";
  const here = devices.find(({ id }) => id === deviceHere(staffId));
  return here && here.end === null && Notification.permission === "granted" ? "on" : "off";
}

/** Must be called inside a click. Throws NotAllowed, NoPushService, Problem. */
export async function switchOn(staffId: string, language: Language, pushKey: PushKey): Promise<void> {
  if ((await Notification.requestPermission()) !== "granted") throw new NotAllowed();
  await arm(staffId, language, pushKey);
}

export async function switchOff(staffId: string): Promise<void> {
  const device = deviceHere(staffId);
  if (device) await forget(device);
  await (await (await worker()).pushManager.getSubscription())?.unsubscribe();
  localStorage.removeItem(key);
}

/** Switches notifications off on another device. */
export async function forget(device: string): Promise<void> {
  await call("DELETE /api/staff/me/devices/{device_id}", { path: { device_id: device } }).catch((error: unknown) => {
    if (!(error instanceof Problem) || error.status !== 404) throw error;
  });
}

/** At every start: what was switched on here is subscribed with the server's present key, and known to it. */
export async function keepArmed(staffId: string, language: Language): Promise<void> {
  if (!deviceHere(staffId) || !supported() || Notification.permission !== "granted") return;
  const { pushKey, devices } = await call("GET /api/staff/me/notifications");
  const here = devices.find(({ id }) => id === deviceHere(staffId));
  if (pushKey && here && here.end !== "removed") await arm(staffId, language, pushKey);
}

/** Registers again when the worker says that the browser has changed the subscription. Returns the way to stop. */
export function followWorker(again: () => void): () => void {
  if (!supported()) return () => undefined;
  const follow = ({ data }: MessageEvent) => {
    if (data === "subscription changed") again();
  };
  navigator.serviceWorker.addEventListener("message", follow);
  return () => navigator.serviceWorker.removeEventListener("message", follow);
}

function supported(): boolean {
  return "Notification" in globalThis && "PushManager" in globalThis && "serviceWorker" in navigator;
}

async function arm(staffId: string, language: Language, pushKey: PushKey): Promise<void> {
  const before = deviceHere(staffId);
  const register = async (subscription: PushSubscription): Promise<Device> => {
    const { endpoint, keys } = subscription.toJSON();
    const { p256dh, auth } = keys!;
    return await call("POST /api/staff/me/devices", {
      body: {
        ...{ endpoint: endpoint!, keys: { p256dh: p256dh!, auth: auth! } },
        ...{ keyId: pushKey.keyId, language, platform: platform() },
      },
    });
  };
  const device = await register(await subscribed(pushKey)).catch(async (error: unknown) => {
    // The push service has ended it, and this browser does not know.
    if (!(error instanceof Problem) || error.code !== "subscription-ended") throw error;
    return await register(await subscribed(pushKey, false));
  });
  localStorage.setItem(key, `${staffId} ${device.id}`);
  if (before && before !== device.id) await forget(before);
}

/** A subscription with another key must end before there can be a new one. */
async function subscribed(pushKey: PushKey, keep = true): Promise<PushSubscription> {
  const { pushManager } = await worker();
  const applicationServerKey = bytes(pushKey.publicKey);
  const before = await pushManager.getSubscription();
  if (before && keep && same(before.options.applicationServerKey, applicationServerKey)) return before;
  await before?.unsubscribe();
  return await Promise.race([
    pushManager.subscribe({ userVisibleOnly: true, applicationServerKey }),
    new Promise<never>((_, reject) => setTimeout(() => reject(new NoPushService()), subscribeMs)),
  ]).catch((error: unknown) => {
    throw error instanceof DOMException ? new NoPushService() : error;
  });
}

/** The console's own worker, once it is active: only then can it subscribe. */
async function worker(): Promise<ServiceWorkerRegistration> {
  const registration = await navigator.serviceWorker.register("/console/sw.js", { scope: "/console/" });
  const coming = registration.active ?? registration.waiting ?? registration.installing;
  if (coming && coming.state !== "activated")
    await new Promise<void>((resolve) =>
      coming.addEventListener("statechange", () => {
        if (coming.state === "activated" || coming.state === "redundant") resolve();
      }),
    );
  return registration;
}

function bytes(base64Url: string): Uint8Array<ArrayBuffer> {
  const base64 = base64Url.replace(/-/g, "+").replace(/_/g, "/");
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}

function same(one: ArrayBuffer | null, other: Uint8Array): boolean {
  if (!one || one.byteLength !== other.byteLength) return false;
  return new Uint8Array(one).every((byte, at) => byte === other[at]);
}
