import { beforeEach, expect, test, vi } from "vitest";

import { countDrafts, forget, forgetDrafts, forgetOldDrafts, keepDraft, keptDraft } from "../../src/console/drafts";
import { FakeStorage } from "./storage";

const needling = { form: "needling", about: "patient-1" };
const now = Date.parse("2026-03-02T17:00:00Z");
const day = 86_400_000;
/** The keys that the server gives, by the person who is signed in. */
let signedIn: string;

function keyOf(person: string): string {
  return btoa(person.padEnd(32, "k")).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

beforeEach(() => {
  signedIn = "staff-1";
  vi.stubGlobal("localStorage", new FakeStorage());
  forgetDrafts("staff-1");
  forgetDrafts("staff-2");
  vi.stubGlobal("fetch", () => Promise.resolve(new Response(JSON.stringify({ key: keyOf(signedIn) }))));
});
vi.stubGlobal("localStorage", new FakeStorage());

test("a draft is kept for one person, one form and one patient", async () => {
  await keepDraft("staff-1", needling, { value: { note: "Sore since Monday." }, basis: "2" }, now);
  expect(await keptDraft("staff-1", needling)).toEqual({ value: { note: "Sore since Monday." }, basis: "2", at: now });
  expect(await keptDraft("staff-2", needling)).toBeUndefined();
  expect(await keptDraft("staff-1", { ...needling, about: "patient-2" })).toBeUndefined();
  expect(await keptDraft("staff-1", { ...needling, form: "contact" })).toBeUndefined();
});

test("nothing of a draft can be read in the browser's storage", async () => {
  await keepDraft("staff-1", needling, { value: { note: "Sore since Monday." }, basis: "2" }, now);
  const stored = JSON.stringify({ ...localStorage });
  for (const word of ["Sore", "Monday", "note", btoa("Sore since Monday.").slice(0, 12)])
    expect(stored).not.toContain(word);
});

test("a draft that another key sealed, or that was moved, is forgotten instead of shown", async () => {
  await keepDraft("staff-1", needling, { value: "Sore.", basis: "" }, now);
  const sealed = localStorage.getItem("homeplan.draft.staff-1.needling.patient-1")!;
  localStorage.setItem("homeplan.draft.staff-1.needling.patient-2", sealed);
  expect(await keptDraft("staff-1", { ...needling, about: "patient-2" })).toBeUndefined();
  forgetDrafts("staff-1");
  signedIn = "staff-2";
  localStorage.setItem("homeplan.draft.staff-1.needling.patient-1", sealed);
  expect(await keptDraft("staff-1", needling)).toBeUndefined();
  expect(countDrafts("staff-1")).toBe(0);
});

test("signing out forgets the person's drafts and nothing else", async () => {
  await keepDraft("staff-1", needling, { value: "One.", basis: "" }, now);
  await keepDraft("staff-1", { form: "contact", about: "patient-2" }, { value: "Two.", basis: "" }, now);
  await keepDraft("staff-2", needling, { value: "Three.", basis: "" }, now);
  localStorage.setItem("other", "stays");
  expect(countDrafts("staff-1")).toBe(2);
  forgetDrafts("staff-1");
  expect([countDrafts("staff-1"), countDrafts("staff-2")]).toEqual([0, 1]);
  expect(localStorage.getItem("other")).toBe("stays");
});

test("a saved or discarded draft is gone, and one that waits for fourteen days too", async () => {
  await keepDraft("staff-1", needling, { value: "One.", basis: "" }, now);
  forget("staff-1", needling);
  expect(await keptDraft("staff-1", needling)).toBeUndefined();
  await keepDraft("staff-1", needling, { value: "Two.", basis: "" }, now);
  forgetOldDrafts(now + 14 * day);
  expect(countDrafts("staff-1")).toBe(1);
  forgetOldDrafts(now + 14 * day + 1);
  expect(countDrafts("staff-1")).toBe(0);
});
