import { describe, expect, test } from "vitest";
import { effectiveInstant, emptyDocument, entryOf, ofDraft, ofRevision } from "../../src/console/model/document";
import { add, change } from "../../src/console/model/draft";
import type { Item, Revision } from "../../src/console/wire";
import { library, phases } from "./library";

const item = (slug: string) => library.get(slug) as Item;
const newId = () => "new";

describe("a program on its way between server and editor", () => {
  test("a revision opened and sent back is the same plan, with the same prescription ids", () => {
    const built = { ...emptyDocument(phases), plan: add({ phases, items: [] }, item("bridge"), "p3", "a") };
    const entry = entryOf(built);
    const stored = entry.prescriptions.map((one, position) => ({ ...one, id: one.id as string, version: 3, position, loadType: "strengthens", primaryMuscles: [] }));
    const revision = { number: 1, phases, prescriptions: stored, overlay: [] } as unknown as Revision;
    expect(entryOf(ofRevision(revision))).toEqual({ ...entry, overlay: [] });
  });

  test("a saved draft comes back as it was left", () => {
    const built = { ...emptyDocument(phases), plan: add({ phases, items: [] }, item("bridge"), "p3", "a"), effectiveFrom: "2026-03-02T08:00" };
    const saved = { ...entryOf(built), changeSummary: null, effectiveFrom: effectiveInstant(built) };
    expect(ofDraft(saved, phases, newId)).toEqual(built);
  });

  test("a draft without phases gets the library's", () => {
    const saved = { phases: [], prescriptions: [], overlay: null, changeSummary: null, effectiveFrom: null };
    expect(ofDraft(saved, phases, newId).plan.phases).toBe(phases);
  });

  test("a note without words is not sent", () => {
    const plan = change(add({ phases, items: [] }, item("bridge"), "p3", "a"), "a", { note: { en: "  ", es: "" } });
    expect(entryOf({ ...emptyDocument(phases), plan }).prescriptions[0]?.note).toBeNull();
  });
});
