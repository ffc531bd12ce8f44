import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { countDrafts, forgetDrafts } from "../../src/console/drafts";
import { KeptForm } from "../../src/console/forms.svelte";
import { guardPage, holdPage, unsaved } from "../../src/console/unsaved.svelte";
import { FakeStorage } from "./storage";

// The language is read from the browser when its module is.
vi.hoisted(() => Object.defineProperty(globalThis, "navigator", { value: { languages: ["en"] }, configurable: true }));

type Typed = { id: string; note: string };
const place = { form: "contact", about: "patient-1" };
/** The server's answer to the question for the key; undefined: it is away. */
let key: string | undefined;

beforeEach(() => {
  key = btoa("k".repeat(32));
  FakeStorage.isFull = false;
  vi.stubGlobal("localStorage", new FakeStorage());
  forgetDrafts("staff-1");
  vi.stubGlobal("fetch", () =>
    key ? Promise.resolve(new Response(JSON.stringify({ key }))) : Promise.reject(new TypeError("away")),
  );
});

afterEach(() => vi.unstubAllGlobals());

/** A form as a page makes it, and what its fields hold. */
async function opened(
  id: string,
  basis: string | undefined = "",
): Promise<{ kept: KeptForm<Typed>; form: Typed; type: (note: string) => Promise<void> }> {
  const page = { form: { id, note: "" } };
  const kept = new KeptForm<Typed>(
    "staff-1",
    place,
    () => basis,
    (value) => {
      page.form = value;
      kept.note(JSON.stringify(value));
    },
  );
  kept.note(JSON.stringify(page.form));
  await kept.read();
  const type = async (note: string) => {
    page.form = { ...page.form, note };
    kept.note(JSON.stringify(page.form));
    await kept.settled();
  };
  return {
    kept,
    type,
    get form() {
      return page.form;
    },
  };
}

describe("the draft of a form", () => {
  test("what was typed is there again on the next page, under the same id", async () => {
    const first = await opened("id-1");
    expect([first.kept.isDirty, countDrafts("staff-1")]).toEqual([false, 0]);
    await first.type("Sleeps better.");
    expect([first.kept.isDirty, first.kept.isKept]).toEqual([true, true]);
    const again = await opened("id-2");
    expect(again.form).toEqual({ id: "id-1", note: "Sleeps better." });
    expect([again.kept.isDirty, again.kept.found?.isBack]).toEqual([true, true]);
  });

  test("it is gone once it is saved, emptied or discarded", async () => {
    const saved = await opened("id-1");
    await saved.type("One.");
    saved.kept.done({ id: "id-1", note: "One." });
    await saved.kept.settled();
    expect([saved.kept.isDirty, countDrafts("staff-1")]).toEqual([false, 0]);
    const emptied = await opened("id-2");
    await emptied.type("Two.");
    await emptied.type("");
    expect([emptied.kept.isDirty, countDrafts("staff-1")]).toEqual([false, 0]);
    await emptied.type("Three.");
    emptied.kept.discard();
    await emptied.kept.settled();
    expect([emptied.form.note, emptied.kept.isDirty, countDrafts("staff-1")]).toEqual(["", false, 0]);
  });

  test("a draft of an older version of the record waits until somebody puts it back", async () => {
    const before = await opened("id-1", "1");
    await before.type("Of version one.");
    const after = await opened("id-2", "2");
    expect([after.form.note, after.kept.found?.isBack]).toEqual(["", false]);
    await after.type("Typed beside it.");
    const still = await opened("id-3", "2");
    still.kept.putBack();
    expect([still.form, still.kept.found?.isBack]).toEqual([{ id: "id-1", note: "Of version one." }, true]);
  });

  test("without the key or without room it says so, and keeps it as soon as it can", async () => {
    key = undefined;
    const form = await opened("id-1");
    await form.type("Sleeps better.");
    expect(form.kept.isKept).toBe(false);
    key = btoa("k".repeat(32));
    await form.type("Sleeps better now.");
    await vi.waitFor(() => expect(form.kept.isKept).toBe(true));
    FakeStorage.isFull = true;
    await form.type("Sleeps worse.");
    expect([form.kept.isKept, form.kept.hasFailed]).toEqual([false, true]);
  });
});

describe("leaving a page", () => {
  /** A browser with one history, whose page is left by `visit`. */
  function browser(): { visit: (hash: string) => boolean; shown: string[]; stop: () => void; unload: () => boolean } {
    const listeners = new Map<string, (event: unknown) => void>();
    vi.stubGlobal("addEventListener", (name: string, listener: (event: unknown) => void) =>
      listeners.set(name, listener),
    );
    vi.stubGlobal("removeEventListener", (name: string) => listeners.delete(name));
    vi.stubGlobal("HashChangeEvent", Event);
    const location = { hash: "#/patients/a/needling", pathname: "/console/", search: "" };
    vi.stubGlobal("location", location);
    vi.stubGlobal("history", { state: null, pushState: (_: unknown, __: string, to: string) => (location.hash = to) });
    const shown: string[] = [];
    const arrive = (): boolean => {
      let stopped = false;
      holdPage({ stopImmediatePropagation: () => (stopped = true) } as unknown as Event);
      if (!stopped) shown.push(location.hash);
      return !stopped;
    };
    vi.stubGlobal("dispatchEvent", arrive);
    const stop = guardPage(() => false);
    return {
      shown,
      stop,
      visit(hash) {
        location.hash = hash;
        return arrive();
      },
      unload() {
        let asked = false;
        listeners.get("beforeunload")?.({ preventDefault: () => (asked = true) });
        return asked;
      },
    };
  }

  test("nothing is asked while everything is saved", () => {
    const page = browser();
    expect([page.visit("#/patients"), page.unload()]).toEqual([true, false]);
    page.stop();
  });

  test("Back and links wait for the answer; staying keeps the page, and discarding empties the form", async () => {
    const page = browser();
    const form = { isDirty: true, isKept: true, discard: () => (form.isDirty = false) };
    const remove = unsaved.add(form);
    expect([page.visit("#/patients"), page.unload()]).toEqual([false, true]);
    expect([location.hash, unsaved.question?.isKept]).toEqual(["#/patients/a/needling", true]);
    unsaved.question!.answer("stay");
    await vi.waitFor(() => expect(unsaved.question).toBeUndefined());
    expect([page.shown, form.isDirty]).toEqual([[], true]);
    page.visit("#/patients");
    unsaved.question!.answer("discard");
    await vi.waitFor(() => expect(page.shown).toEqual(["#/patients"]));
    expect(form.isDirty).toBe(false);
    remove();
    page.stop();
  });

  test("a form that could not be kept says so in the question", async () => {
    const remove = unsaved.add({ isDirty: true, isKept: false, discard: () => undefined });
    const answer = unsaved.ask("leave");
    expect(unsaved.question?.isKept).toBe(false);
    unsaved.question!.answer("stay");
    expect(await answer).toBe("stay");
    remove();
  });
});
