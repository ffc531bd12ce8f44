/**
 * Passkeys between the server's JSON and the browser, which knows bytes. The browser's own conversion is younger than
 * the browsers that the console supports.
 */

import type { Body } from "../../core/api";
import { Problem } from "../../core/call";

type Json = Record<string, unknown>;
type Descriptor = { id: string; type: "public-key"; transports?: AuthenticatorTransport[] };

/** PublicKeyCredentialCreationOptionsJSON of Web Authentication Level 3, as far as the server uses it. */
export type CreationOptions = Json & {
  challenge: string;
  user: Json & { id: string };
  excludeCredentials?: Descriptor[];
};
/** PublicKeyCredentialRequestOptionsJSON, likewise. */
export type RequestOptions = Json & { challenge: string; allowCredentials?: Descriptor[] };

/** Whether this page can use passkeys: the browser knows them, and the address is a name reached safely. */
export function passkeysHere(): boolean {
  return isSecureContext && "PublicKeyCredential" in globalThis && !isAddress(location.hostname);
}

/** Whether a host is an IP address: those cannot have passkeys. */
export function isAddress(host: string): boolean {
  return host.startsWith("[") || /^[\d.]+$/.test(host);
}

/** A passkey's answers as the server takes them; all values are base64url. */
export type NewPasskey = Body<"NewCredential">;
export type PasskeyAnswer = Body<"Credential">;

/** Makes a passkey on this device. Throws Problem "passkey-known" or "passkey-refused". */
export async function createPasskey(options: CreationOptions): Promise<NewPasskey> {
  const { challenge, user, excludeCredentials = [], ...rest } = options;
  const made = await asked(() =>
    navigator.credentials.create({
      publicKey: {
        ...rest,
        challenge: bytes(challenge),
        user: { ...user, id: bytes(user.id) },
        excludeCredentials: excludeCredentials.map(described),
      } as unknown as PublicKeyCredentialCreationOptions,
    }),
  );
  const response = made.response as AuthenticatorAttestationResponse;
  return {
    id: made.id,
    response: { clientDataJSON: text(response.clientDataJSON), attestationObject: text(response.attestationObject) },
  };
}

/** Proves with a passkey who this is. Throws Problem "passkey-refused". */
export async function usePasskey(options: RequestOptions): Promise<PasskeyAnswer> {
  const { challenge, allowCredentials = [], ...rest } = options;
  const used = await asked(() =>
    navigator.credentials.get({
      publicKey: { ...rest, challenge: bytes(challenge), allowCredentials: allowCredentials.map(described) },
    }),
  );
  const response = used.response as AuthenticatorAssertionResponse;
  return {
    id: used.id,
    response: {
      clientDataJSON: text(response.clientDataJSON),
      authenticatorData: text(response.authenticatorData),
      signature: text(response.signature),
      userHandle: response.userHandle ? text(response.userHandle) : "",
    },
  };
}

async function asked(ask: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
  try {
    return (await ask()) as PublicKeyCredential;
  } catch (error) {
    const known = error instanceof DOMException && error.name === "InvalidStateError";
    // The browser's refusal is shown like the server's.
    throw new Problem(403, known ? "passkey-known" : "passkey-refused", "The passkey was not used.");
  }
}

function described({ id, ...rest }: Descriptor): PublicKeyCredentialDescriptor {
  return { ...rest, id: bytes(id) };
}

/** base64url without padding, as the standard's JSON has bytes. */
export function bytes(encoded: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(encoded.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
}

export function text(decoded: ArrayBuffer): string {
  const letters = String.fromCharCode(...new Uint8Array(decoded));
  return btoa(letters).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}
