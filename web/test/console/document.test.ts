import { describe, expect, test } from "vitest";
import {
  effectiveInstant,
  emptyDocument,
  entryOf,
  ofDraft,
  ofEntry,
  ofRevision,
} from "../../src/console/model/document";
import { add, change } from "../../src/console/model/draft";
import type { Draft, Item, Revision } from "../../src/console/wire";
import { library, phases } from "./library";

const item = (slug: string) => library.get(slug) as Item;
const newId = () => "new";

describe("a program on its way between server and editor", () => {
  test("a revision opened and sent back is the same plan, with the same prescription ids", () => {
    const built = {
      ...emptyDocument(phases),
      plan: add({ phases, items: [], noFloor: false }, item("bridge"), "p3", "a"),
    };
    const entry = entryOf(built);
    const stored = entry.prescriptions.map((one, position) => ({
      ...one,
      id: one.id as string,
      version: 3,
      position,
      loadType: "strengthens",
      primaryMuscles: [],
    }));
    const revision = { number: 1, phases, prescriptions: stored, overlay: [] } as unknown as Revision;
    expect(entryOf(ofRevision(revision))).toEqual({ ...entry, overlay: [] });
  });

  test("a saved draft comes back as it was left", () => {
    const built = {
      ...emptyDocument(phases),
      plan: add({ phases, items: [], noFloor: false }, item("bridge"), "p3", "a"),
      effectiveFrom: "2026-03-02T08:00",
    };
    const summary = { en: "Less", es: "" };
    const draft = { ...entryOf(built), changeSummary: summary, effectiveFrom: effectiveInstant(built) } as Draft;
    expect(ofDraft(draft, phases, newId)).toEqual({ ...built, summary });
  });

  test("a plan without phases gets the library's, items without an id a new one", () => {
    const entry = {
      ...entryOf({
        ...emptyDocument([]),
        plan: add({ phases: [], items: [], noFloor: false }, item("bridge"), "p3", "a"),
      }),
    };
    const opened = ofEntry(
      { ...entry, prescriptions: entry.prescriptions.map((one) => ({ ...one, id: null })) },
      phases,
      newId,
    );
    expect(opened.plan.phases).toBe(phases);
    expect(opened.plan.items[0]?.id).toBe("new");
  });

  test("a note without words is not sent", () => {
    const plan = change(add({ phases, items: [], noFloor: false }, item("bridge"), "p3", "a"), "a", {
      note: { en: "  ", es: "" },
    });
    expect(entryOf({ ...emptyDocument(phases), plan }).prescriptions[0]?.note).toBeNull();
  });
});
