/**
 * The privacy lock of this phone: a PIN or a passkey that hides what the app shows. It keeps curious eyes out; it signs
 * nobody in and encrypts nothing (docs/security.md). Everything happens on the phone, so it works without a network.
 */

import type { Store } from "./db";
import type { Lock } from "./kept";

export const waits = [0, 60_000, 300_000] as const;

/** Iterations of PBKDF2-SHA-256, about a second on a slow phone. */
const iterations = 300_000;
const freeTries = 3;
const longestWaitMs = 300_000;

export type Answer = "right" | "wrong" | "wait";

export async function theLock(store: Store): Promise<Lock | undefined> {
  return await store.get("single", "lock");
}

export function isPin(pin: string): boolean {
  return /^\d{4,6}$/.test(pin);
}

export async function lockWithPin(store: Store, pin: string, afterMs: number): Promise<void> {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  await keep(store, { kind: "pin", salt, hash: await hashed(pin, salt), afterMs, tries: 0, waitUntil: 0 });
}

/** Must be called inside a tap. Throws when the person or the phone says no. */
export async function lockWithPasskey(store: Store, name: string, afterMs: number): Promise<void> {
  const made = await navigator.credentials.create({
    publicKey: {
      rp: { name },
      user: { id: crypto.getRandomValues(new Uint8Array(16)), name, displayName: name },
      challenge: crypto.getRandomValues(new Uint8Array(32)),
      pubKeyCredParams: [-7, -257].map((alg) => ({ type: "public-key", alg })),
      authenticatorSelection: { authenticatorAttachment: "platform", userVerification: "required" },
    },
  });
  await keep(store, {
    kind: "passkey",
    credential: (made as PublicKeyCredential).rawId,
    afterMs,
    tries: 0,
    waitUntil: 0,
  });
}

export async function passkeyPossible(): Promise<boolean> {
  return (
    (await globalThis.PublicKeyCredential?.isUserVerifyingPlatformAuthenticatorAvailable?.().catch(() => false)) ??
    false
  );
}

export async function unlock(store: Store): Promise<void> {
  await store.remove("single", "lock");
}

/** Whether this is the PIN. After three wrong tries each one more must wait longer, also after a restart. */
export async function tryPin(store: Store, pin: string, now: number = Date.now()): Promise<Answer> {
  const lock = await theLock(store);
  if (lock?.kind !== "pin") return "right";
  if (now < lock.waitUntil) return "wait";
  // Counted before it is compared, so that closing the app in between wins nothing.
  const tries = lock.tries + 1;
  await keep(store, { ...lock, tries, waitUntil: now + waitAfter(tries) });
  const hash = await hashed(pin, lock.salt);
  if (!hash.every((byte, at) => byte === lock.hash[at])) return "wrong";
  await keep(store, { ...lock, tries: 0, waitUntil: 0 });
  return "right";
}

/** Asks the phone to check its owner: finger, face or its own code. Throws when it does not. */
export async function tryPasskey(lock: Lock): Promise<void> {
  if (lock.kind !== "passkey") return;
  await navigator.credentials.get({
    publicKey: {
      challenge: crypto.getRandomValues(new Uint8Array(32)),
      allowCredentials: [{ type: "public-key", id: lock.credential }],
      userVerification: "required",
    },
  });
}

/** Nothing up to the third wrong try, then 5 s, 10 s, 20 s … five minutes. */
export function waitAfter(tries: number): number {
  return tries < freeTries ? 0 : Math.min(5_000 * 2 ** Math.min(tries - freeTries, 10), longestWaitMs);
}

async function keep(store: Store, lock: Lock): Promise<void> {
  await store.put("single", lock, "lock");
}

async function hashed(pin: string, salt: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const key = await crypto.subtle.importKey("raw", new TextEncoder().encode(pin), "PBKDF2", false, ["deriveBits"]);
  return new Uint8Array(
    await crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt, iterations }, key, 256),
  );
}
