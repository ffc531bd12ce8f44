/** The console says that something is done only after the server has said so. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test, vi } from "vitest";

import { Problem } from "../../src/core/call";
import { Action } from "../../src/console/resource.svelte";

const folder = join(import.meta.dirname, "../../src/console");
const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".svelte"))
  .map((name) => ({ name, text: readFileSync(join(folder, name), "utf8") }));

/** Notices about this computer alone, or after an answer that a part of the page got, by file. */
const here: Record<string, string> = {
  "parts/Bar.svelte": "says that signing out failed",
  "program/Workbench.svelte": "says that the draft was not saved",
  "parts/SiteTable.svelte": "a line of the form is removed",
  "identity/CodeForm.svelte": "told from within the sent code",
  "identity/MyFactors.svelte": "a factor that the server added",
  "patient/Pause.svelte": "LiftForm got the answer",
  "program/Alternatives.svelte": "an item of the draft is exchanged",
  "program/Removal.svelte": "an item of the draft is removed",
  "program/SuggestionNote.svelte": "a dose or an item of the draft is changed",
  "needling/Record.svelte": "muscles are copied into the form",
};

/** The functions of a component's script with a notice in them. */
function noticing(text: string): string[] {
  return text.split(/\n {2}(?=(?:async )?function |const \w+ = )/).filter((part) => /\bnotify\(/.test(part));
}

test("nothing is said to be done before the server has answered", async () => {
  const action = new Action();
  const refused = await action.run(() => Promise.reject(new Problem(503, "unavailable", "")));
  expect([refused, action.problem?.code]).toEqual([false, "unavailable"]);
  const notice = vi.fn();
  if (await action.run(() => Promise.reject(new Problem(0, "offline", "")))) notice();
  expect(notice).not.toHaveBeenCalled();
  const early = files.flatMap(({ name, text }) =>
    noticing(text)
      .filter((part) => {
        const before = part.slice(0, part.indexOf("notify("));
        return !/\b(run|call|work|act|send|reload)\(/.test(before) && !/notify\(\w+\.\w+\.undo/.test(part);
      })
      .filter(() => !(name in here))
      .map((part) => `${name}: ${part.slice(0, 60)}`),
  );
  expect(early).toEqual([]);
});
