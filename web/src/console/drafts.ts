/**
 * Unsaved input of this desk: one draft per person, form and patient, in the browser's storage. Each is
 * encrypted (AES-GCM) with a key that the server gives to that person alone, so that a locked desk keeps it and nobody
 * else reads it. It ends when it is saved or discarded, when the person signs out here, and after fourteen days.
 */

import { call } from "../core/call";

const prefix = "homeplan.draft.";
/** The longest time that a draft waits for its person. */
const lifetimeMs = 14 * 86_400_000;

/** The form and what it is about: the id of a patient, "" for a form of the clinic. */
export type Place = { readonly form: string; readonly about: string };

export type Draft = {
  readonly value: unknown;
  /** The version of the record that was edited; a draft of an older one is shown before it is put back. */
  readonly basis: string;
  /** The time of the last change, in milliseconds since 1970. */
  readonly at: number;
};

type Sealed = { readonly at: number; readonly iv: string; readonly data: string };

/** The draft of the person at that place. Throws Problem while the server does not give the key. */
export async function keptDraft(staffId: string, place: Place): Promise<Draft | undefined> {
  const kept = localStorage.getItem(nameOf(staffId, place));
  if (kept === null) return undefined;
  const key = await keyOf(staffId);
  try {
    const { iv, data, at } = JSON.parse(kept) as Sealed;
    const parameters = { name: "AES-GCM", iv: bytesOf(iv), additionalData: boundTo(staffId, place) };
    const plain = await crypto.subtle.decrypt(parameters, key, bytesOf(data));
    return { ...(JSON.parse(new TextDecoder().decode(plain)) as Pick<Draft, "value" | "basis">), at };
  } catch {
    forget(staffId, place); // of another key, or damaged: nobody can read it any more
    return undefined;
  }
}

/** Keeps the draft. Throws Problem without the key, and a DOMException when the browser has no room. */
export async function keepDraft(staffId: string, place: Place, draft: Omit<Draft, "at">, now: number): Promise<void> {
  const key = await keyOf(staffId);
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const plain = new TextEncoder().encode(JSON.stringify({ value: draft.value, basis: draft.basis }));
  const parameters = { name: "AES-GCM", iv, additionalData: boundTo(staffId, place) };
  const data = new Uint8Array(await crypto.subtle.encrypt(parameters, key, plain));
  const sealed: Sealed = { at: now, iv: textOf(iv), data: textOf(data) };
  localStorage.setItem(nameOf(staffId, place), JSON.stringify(sealed));
}

export function forget(staffId: string, place: Place): void {
  localStorage.removeItem(nameOf(staffId, place));
}

/** Number of drafts that wait here for the person. */
export function countDrafts(staffId: string): number {
  return namesOf(staffId).length;
}

/** Forgets what the person left here unsaved, and the key. */
export function forgetDrafts(staffId: string): void {
  for (const name of namesOf(staffId)) localStorage.removeItem(name);
  keys.delete(staffId);
}

/** Forgets drafts of anybody that are too old. */
export function forgetOldDrafts(now: number): void {
  for (const name of Object.keys(localStorage)) {
    if (!name.startsWith(prefix)) continue;
    const { at } = JSON.parse(localStorage.getItem(name) ?? "{}") as Partial<Sealed>;
    if (at === undefined || now - at > lifetimeMs) localStorage.removeItem(name);
  }
}

const keys = new Map<string, Promise<CryptoKey>>();

/** The key of the person who is signed in; a failed question is asked again. */
function keyOf(staffId: string): Promise<CryptoKey> {
  let key = keys.get(staffId);
  if (!key) {
    key = call("GET /api/staff/draft-key").then(({ key: text }) =>
      crypto.subtle.importKey("raw", bytesOf(text), "AES-GCM", false, ["encrypt", "decrypt"]),
    );
    key.catch(() => keys.delete(staffId));
    keys.set(staffId, key);
  }
  return key;
}

function namesOf(staffId: string): string[] {
  return Object.keys(localStorage).filter((name) => name.startsWith(`${prefix}${staffId}.`));
}

function nameOf(staffId: string, { form, about }: Place): string {
  return `${prefix}${staffId}.${form}.${about}`;
}

/** A draft that is moved to another place cannot be read there. */
function boundTo(staffId: string, place: Place): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(nameOf(staffId, place));
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
}

function textOf(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}
