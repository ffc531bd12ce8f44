import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { countOfAlerts, openAlerts } from "../../src/console/alerts.svelte";
import { clinicLibrary } from "../../src/console/library.svelte";
import { account, signIn, signOut, start } from "../../src/console/account.svelte";

// The language is read from the browser when its module is.
vi.hoisted(() => Object.defineProperty(globalThis, "navigator", { value: { languages: ["en"] }, configurable: true }));

/** Answers of the server by method and path; any other request is refused because nobody is signed in. */
let answers: Record<string, unknown>;

beforeEach(() => {
  answers = {};
  vi.stubGlobal("document", { documentElement: {} });
  vi.stubGlobal("location", { hash: "", reload: vi.fn() });
  vi.stubGlobal("dispatchEvent", vi.fn());
  vi.stubGlobal("HashChangeEvent", Event);
  vi.stubGlobal("fetch", (path: string, { method }: RequestInit) => {
    const answer = answers[`${method} ${path}`];
    const refused = new Response(JSON.stringify({ code: "not-signed-in" }), { status: 401 });
    return Promise.resolve(answer === undefined ? refused : new Response(JSON.stringify(answer)));
  });
});

afterEach(async () => {
  await signOut();
  vi.unstubAllGlobals();
});

const ana = { id: "ana", name: "Ana", role: "therapist", clinic: { name: "Clinic", draftsAllowed: false } };

test("a desk asks who is signed in, and for signing in where nobody is", async () => {
  expect(account.state).toBe("starting");
  start();
  await vi.waitFor(() => expect(account.state).toBe("signed-out"));
});

test("a sign-in that ends by itself keeps who it was, and signing in again goes on", async () => {
  answers = { "POST /api/staff/sign-in": ana };
  await signIn("ana@example.org", "secret");
  expect(account.state).toBe("signed-in");
  clinicLibrary.use();
  await vi.waitFor(() => expect(account.state).toBe("signed-out"));
  expect(account.me?.name).toBe("Ana");
  await signIn("ana@example.org", "secret");
  expect(account.state).toBe("signed-in");
});

test("who signs in after somebody signed out sees nothing that the other read", async () => {
  answers = { "POST /api/staff/sign-in": ana, "GET /api/library": {}, "GET /api/alerts": [{ severity: "high" }] };
  await signIn("ana@example.org", "secret");
  clinicLibrary.use();
  openAlerts.renew();
  await vi.waitFor(() => expect([countOfAlerts(), clinicLibrary.data]).toEqual([1, {}]));
  await signOut();
  answers = { "POST /api/staff/sign-in": { ...ana, id: "ben", name: "Ben" } };
  await signIn("ben@example.org", "secret");
  expect([account.me?.name, countOfAlerts(), clinicLibrary.data]).toEqual(["Ben", 0, undefined]);
});
