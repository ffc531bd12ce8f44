import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { countOfAlerts, openAlerts } from "../../src/console/alerts.svelte";
import { clinicLibrary } from "../../src/console/library.svelte";
import {
  account,
  followTabs,
  lockIdle,
  signIn,
  signInWithCode,
  signInWithRecoveryCode,
  signOut,
  start,
} from "../../src/console/account.svelte";
import { confirmation } from "../../src/console/identity/confirmation.svelte";

// The language is read from the browser when its module is.
vi.hoisted(() => Object.defineProperty(globalThis, "navigator", { value: { languages: ["en"] }, configurable: true }));

/** Answers of the server by method and path; any other request is refused because nobody is signed in. */
let answers: Record<string, unknown>;
let sent: string[];
/** Messages to the other tabs of the browser. */
let messages: string[];
let reload: ReturnType<typeof vi.fn>;
let hear: (event: { key: string; newValue: string }) => void;

beforeEach(() => {
  answers = {};
  sent = [];
  messages = [];
  vi.stubGlobal("sessionStorage", {});
  vi.stubGlobal("localStorage", { setItem: (_: string, value: string) => messages.push(value.split(" ")[0]!) });
  vi.stubGlobal("addEventListener", (_: string, listener: typeof hear) => (hear = listener));
  vi.stubGlobal("document", { documentElement: {} });
  reload = vi.fn();
  vi.stubGlobal("location", { hash: "", reload });
  vi.stubGlobal("dispatchEvent", vi.fn());
  vi.stubGlobal("HashChangeEvent", Event);
  vi.stubGlobal("fetch", (path: string, { method }: RequestInit) => {
    sent.push(`${method} ${path}`);
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
const done = (me: unknown) => ({ me, next: "done", ways: [] });

test("a desk asks who is signed in, and for signing in where nobody is", async () => {
  expect(account.state).toBe("starting");
  start();
  await vi.waitFor(() => expect(account.state).toBe("signed-out"));
});

test("a sign-in that ends by itself keeps who it was, and signing in again goes on", async () => {
  answers = { "POST /api/staff/sign-in": done(ana) };
  await signIn("ana@example.org", "secret");
  expect(account.state).toBe("signed-in");
  clinicLibrary.use();
  await vi.waitFor(() => expect(account.state).toBe("signed-out"));
  expect(account.me?.name).toBe("Ana");
  await signIn("ana@example.org", "secret");
  expect(account.state).toBe("signed-in");
});

test("who signs in after somebody signed out sees nothing that the other read", async () => {
  answers = { "POST /api/staff/sign-in": done(ana), "GET /api/library": {}, "GET /api/alerts": [{ severity: "high" }] };
  await signIn("ana@example.org", "secret");
  clinicLibrary.use();
  openAlerts.renew();
  await vi.waitFor(() => expect([countOfAlerts(), clinicLibrary.data]).toEqual([1, {}]));
  await signOut();
  answers = { "POST /api/staff/sign-in": done({ ...ana, id: "ben", name: "Ben" }) };
  await signIn("ben@example.org", "secret");
  expect([account.me?.name, countOfAlerts(), clinicLibrary.data]).toEqual(["Ben", 0, undefined]);
});

test("a password alone opens nothing where a second factor is set up", async () => {
  answers = {
    "POST /api/staff/sign-in": { me: null, next: "code", ways: ["totp", "recovery"] },
    "POST /api/staff/sign-in/code": { me: ana },
  };
  expect((await signIn("ana@example.org", "secret")).next).toBe("code");
  expect(account.me).toBeUndefined();
  await signInWithCode("123456");
  expect([account.state, account.me?.name]).toEqual(["signed-in", "Ana"]);
});

test("a recovery code signs in and says how many are left", async () => {
  answers = { "POST /api/staff/sign-in/recovery-code": { me: ana, left: 7 } };
  expect(await signInWithRecoveryCode("abcd-efgh")).toBe(7);
  expect(account.state).toBe("signed-in");
});

test("another person at a locked desk gets a new page, and the work of the first is never opened", async () => {
  answers = { "POST /api/staff/sign-in": done(ana) };
  await signIn("ana@example.org", "secret");
  lockIdle();
  answers = { "POST /api/staff/sign-in": done({ ...ana, id: "ben" }) };
  await signIn("ben@example.org", "secret");
  expect(reload).toHaveBeenCalledOnce();
  expect([account.state, account.me?.id]).toEqual(["signed-out", "ana"]);
});

test("an idle desk locks, ends its sign-in at the server and tells the other tabs", async () => {
  answers = { "POST /api/staff/sign-in": done(ana) };
  await signIn("ana@example.org", "secret");
  lockIdle();
  expect(account.state).toBe("signed-out");
  expect(sent).toContain("DELETE /api/staff/sign-in");
  expect(messages).toEqual(["in", "out"]);
});

test("a late refusal of a request from before the sign-in does not lock the desk again", async () => {
  answers = { "POST /api/staff/sign-in": done(ana) };
  await signIn("ana@example.org", "secret");
  lockIdle();
  let refuse: (response: Response) => void = () => undefined;
  const answer = globalThis.fetch;
  vi.stubGlobal("fetch", () => new Promise((resolve) => (refuse = resolve)));
  const late = openAlerts.renew().reload();
  vi.stubGlobal("fetch", answer);
  await signIn("ana@example.org", "secret");
  refuse(new Response(JSON.stringify({ code: "not-signed-in" }), { status: 401 }));
  await late;
  expect(account.state).toBe("signed-in");
  expect(messages).toEqual(["in", "out", "in"]);
});

test("a lock throws away what waited for a confirmation", async () => {
  answers = { "POST /api/staff/sign-in": done(ana) };
  await signIn("ana@example.org", "secret");
  const waiting = confirmation.ask();
  lockIdle();
  expect(await waiting).toBe(false);
  expect(confirmation.wanted).toBe(false);
});

test("a tab locks and opens with the others", async () => {
  answers = { "POST /api/staff/sign-in": done(ana), "GET /api/staff/me": ana };
  await signIn("ana@example.org", "secret");
  followTabs();
  hear({ key: "homeplan.console.signed", newValue: "out 1" });
  expect(account.state).toBe("signed-out");
  hear({ key: "homeplan.console.signed", newValue: "in 2" });
  await vi.waitFor(() => expect(account.state).toBe("signed-in"));
  expect(messages).toEqual(["in"]);
});
