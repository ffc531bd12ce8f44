/** The person who uses this phone: joining with an invitation, their details, signing out. */

import type { Me, PairingCode, SignIn } from "./api";
import { clearBadge } from "./badge";
import { call } from "./call";
import { askAndKeep, knownMe } from "./copies";
import type { Store } from "./db";
import type { Language } from "./i18n";
import type { Outbox } from "./outbox";
import { deviceLabel } from "./platform";
import { resendConfirmed } from "./requeue";

/**
 * Uses an invitation up, and signs this phone in under `id`; a second try after a lost answer sends the same one. What
 * another person left on this phone is removed first.
 */
export async function pair(
  store: Store,
  id: string,
  secret: { token: string; signOutOther?: boolean } | { pairingCode: string },
  language: Language,
): Promise<Me> {
  const me = await call("POST /api/pairings", { body: { id, ...secret, deviceLabel: deviceLabel(language) } });
  const before = await knownMe(store);
  const isSame = before?.patient.id === me.patient.id && !before.helping === !me.helping;
  if (before && !isSame) await store.clear();
  await keepMe(store, me);
  // Without this a phone that runs short of space may drop what waits. Nobody waits for it: Firefox asks the person.
  void navigator.storage?.persist?.().catch(() => false);
  return me;
}

/** Asks the server who is signed in. A server that was restored from an older copy gets the last days again. */
export async function refreshMe(store: Store, outbox: Outbox): Promise<Me> {
  const asked = (await knownMe(store))?.storeEpoch;
  const fetched = async (): Promise<Me> => {
    const me = await call("GET /api/me");
    if (asked !== undefined && asked !== me.storeEpoch) await resendConfirmed(store, outbox, asked, me.storeEpoch);
    return me;
  };
  return await askAndKeep(store, fetched, async (tx, me) => {
    const single = tx.objectStore("single");
    const known = (await single.get("me"))?.storeEpoch;
    // Another refresh heard of a restore meanwhile: an answer from before it is out of date.
    if (known === asked || known === me.storeEpoch) await single.put(me, "me");
  });
}

/** Keeps who is signed in, on a phone that has lost its store but not its sign-in. */
export async function comeBack(store: Store): Promise<void> {
  await keepMe(store, await call("GET /api/me"));
}

export async function saveLanguage(store: Store, language: Language): Promise<Me> {
  const me = await call("PATCH /api/me", { body: { language } });
  await keepMe(store, me);
  return me;
}

/** Keeps what the server says, but for another epoch: `refreshMe` must still see that. */
async function keepMe(store: Store, me: Me): Promise<void> {
  const before = await knownMe(store);
  await store.put("single", { ...me, storeEpoch: before?.storeEpoch ?? me.storeEpoch }, "me");
}

export async function signIns(): Promise<SignIn[]> {
  return await call("GET /api/me/sign-ins");
}

export async function endSignIn(id: string): Promise<void> {
  await call("DELETE /api/me/sign-ins/{sign_in_id}", { path: { sign_in_id: id } });
}

/**
 * A code that signs the app on the home screen in; on iPhones it does not share the browser's sign-in. A second try
 * after a lost answer sends the same id.
 */
export async function pairingCode(id: string): Promise<PairingCode> {
  return await call("POST /api/me/pairing-code", { body: { id } });
}

/** Signs this phone out at the server, then forgets everything that this phone keeps of the person. */
export async function signOut(store: Store): Promise<void> {
  await call("DELETE /api/me/sign-in");
  await forget(store);
}

/** Deletes the person at the clinic, as far as it may. The code under which it keeps the rest. */
export async function leave(store: Store): Promise<string> {
  const { code } = await call("POST /api/me/leave", { body: { confirm: "delete-my-data" } });
  await forget(store);
  return code;
}

async function forget(store: Store): Promise<void> {
  await store.clear();
  await Promise.all(["receipts", "device", "pictures"].map((name) => caches.delete(name)));
  await clearBadge();
}
