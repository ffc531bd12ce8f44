import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { bytes, createPasskey, isAddress, passkeysHere, text, usePasskey } from "../../src/console/identity/passkeys";

const raw = (...values: number[]) => new Uint8Array(values).buffer;

beforeEach(() => {
  vi.stubGlobal("location", { hostname: "clinic.example" });
  vi.stubGlobal("isSecureContext", true);
  vi.stubGlobal("PublicKeyCredential", class {});
});

afterEach(() => vi.unstubAllGlobals());

test("bytes travel as base64url without padding", () => {
  expect(text(raw(251, 255, 254, 1))).toBe("-__-AQ");
  expect([...bytes("-__-AQ")]).toEqual([251, 255, 254, 1]);
});

test("a page offers passkeys where the address has a name", () => {
  expect(passkeysHere()).toBe(true);
  vi.stubGlobal("location", { hostname: "127.0.0.1" });
  expect(passkeysHere()).toBe(false);
  expect(["10.0.0.7", "[::1]", "localhost", "10.example"].map(isAddress)).toEqual([true, true, false, false]);
});

test("a new passkey is asked for in bytes and told in letters", async () => {
  const create = vi.fn().mockResolvedValue({
    id: "AQI",
    response: { clientDataJSON: raw(1), attestationObject: raw(2) },
  });
  vi.stubGlobal("navigator", { credentials: { create } });
  const options = {
    challenge: "AQI",
    user: { id: "Aw", name: "ana" },
    excludeCredentials: [{ id: "BA", type: "public-key" as const }],
    timeout: 5,
  };
  expect(await createPasskey(options)).toEqual({
    id: "AQI",
    response: { clientDataJSON: "AQ", attestationObject: "Ag" },
  });
  expect(create).toHaveBeenCalledWith({
    publicKey: {
      challenge: new Uint8Array([1, 2]),
      user: { id: new Uint8Array([3]), name: "ana" },
      excludeCredentials: [{ id: new Uint8Array([4]), type: "public-key" }],
      timeout: 5,
    },
  });
});

test("a passkey's answer is told in letters", async () => {
  const response = { clientDataJSON: raw(1), authenticatorData: raw(2), signature: raw(3), userHandle: raw(4) };
  vi.stubGlobal("navigator", { credentials: { get: () => Promise.resolve({ id: "AQI", response }) } });
  expect(await usePasskey({ challenge: "AQI" })).toEqual({
    id: "AQI",
    response: { clientDataJSON: "AQ", authenticatorData: "Ag", signature: "Aw", userHandle: "BA" },
  });
});

test("a cancelled passkey is a problem that the screens show", async () => {
  const get = () => Promise.reject(new DOMException("no", "NotAllowedError"));
  const create = () => Promise.reject(new DOMException("there is one", "InvalidStateError"));
  vi.stubGlobal("navigator", { credentials: { get, create } });
  await expect(usePasskey({ challenge: "AQ" })).rejects.toMatchObject({ code: "passkey-refused" });
  await expect(createPasskey({ challenge: "AQ", user: { id: "AQ" } })).rejects.toMatchObject({ code: "passkey-known" });
});
