import { beforeEach, expect, test, vi } from "vitest";

import { forgetDrafts, keepDraft, keptDraft } from "../../src/console/drafts";

/** The tab's storage: its keys are the object's own, as in a browser. */
class FakeStorage {
  [key: string]: unknown;

  getItem(key: string): unknown {
    return this[key] ?? null;
  }

  setItem(key: string, value: string): void {
    this[key] = value;
  }

  removeItem(key: string): void {
    delete this[key];
  }
}

beforeEach(() => void vi.stubGlobal("sessionStorage", new FakeStorage()));

test("a draft is kept for one person and one patient", () => {
  keepDraft("staff-1", "patient-1", { words: "Bend your knees.", edits: "a1" });
  expect(keptDraft("staff-1", "patient-1")).toEqual({ words: "Bend your knees.", edits: "a1" });
  expect(keptDraft("staff-2", "patient-1")).toBeUndefined();
  expect(keptDraft("staff-1", "patient-2")).toBeUndefined();
});

test("an emptied draft is gone, and signing out forgets all of them and nothing else", () => {
  keepDraft("staff-1", "patient-1", { words: "One." });
  keepDraft("staff-1", "patient-1", { words: "" });
  expect(keptDraft("staff-1", "patient-1")).toBeUndefined();
  keepDraft("staff-1", "patient-2", { words: "Two." });
  sessionStorage.setItem("other", "stays");
  forgetDrafts();
  expect(keptDraft("staff-1", "patient-2")).toBeUndefined();
  expect(sessionStorage.getItem("other")).toBe("stays");
});
