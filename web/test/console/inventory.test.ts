/** Every form of the console has an unsaved guard and a draft: a new one without them fails here. */

import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

import { expect, test } from "vitest";

const folder = join(import.meta.dirname, "../../src/console");
const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".svelte"))
  .map((name) => ({ name: relative(".", name), text: readFileSync(join(folder, name), "utf8") }));

/** Forms without a draft, by file: how many, and why. */
const without: Record<string, readonly [number, string]> = {
  "contact/AlertCare.svelte": [1, "the owner is one choice from a list; the snooze beside it is kept"],
  "identity/CodeForm.svelte": [1, "a code is a secret"],
  "identity/Confirm.svelte": [1, "a password is a secret"],
  "identity/SetUp.svelte": [2, "passwords and codes are secrets"],
  "parts/PasswordForm.svelte": [1, "passwords are secrets"],
  "patient/CareTeam.svelte": [1, "one choice from a list"],
  "program/Review.svelte": [1, "what it asks is part of the program's draft"],
  "screens/Audit.svelte": [1, "a search"],
  "screens/Join.svelte": [1, "passwords are secrets, and nobody is signed in"],
  "screens/SignIn.svelte": [1, "nobody is signed in"],
  "settings/Caseloads.svelte": [1, "two choices from lists; nothing is typed"],
};
/** Fields outside a form element that belong to no form of another file, by file. */
const fields: Record<string, string> = {
  "desk/Patients.svelte": "a search",
  "identity/RecoveryCodes.svelte": "a confirmation that the codes were written down",
  "parts/ConsentCard.svelte": "the patient signs here: a signature is not kept anywhere before it is given",
  "program/ShelfSearch.svelte": "a search",
  "screens/Patients.svelte": "a search",
  "screens/Texts.svelte": "a filter",
  "settings/Exports.svelte": "one choice from a list",
  "settings/Import.svelte": "how a file is read; no draft holds the file",
};
/** Parts of a form whose file says `bind:` or gives its values back. */
const parts = [
  "contact/Minutes",
  "identity/AppCode",
  "identity/CurrentPassword",
  "needling/Record",
  "parts/DutyRows",
  "parts/Findings",
  "parts/OutcomeFields",
  "parts/SiteLine",
  "parts/WhenFields",
].map((name) => `${name}.svelte`);

const count = (text: string, shape: RegExp) => text.match(shape)?.length ?? 0;
const keeps = (text: string) => count(text, /\bkeepForm\b(<[^(]*>)?\(/g);

test.each(files.filter(({ text }) => text.includes("<form")))(
  "$name keeps what is typed in its forms",
  ({ name, text }) => {
    expect(count(text, /<form\b/g)).toBe(keeps(text) + (without[name]?.[0] ?? 0));
  },
);

test("fields outside a form are kept too, or belong to a form, or say why not", () => {
  const bound = files.filter(({ text }) => /\bbind:(value|checked|group)=/.test(text) && !text.includes("<form"));
  const open = bound.filter(({ name, text }) => !keeps(text) && !parts.includes(name) && !(name in fields));
  expect(open.map(({ name }) => name)).toEqual([]);
});

test("each name of a form is used once", () => {
  const names = files.flatMap(({ text }) =>
    keeps(text) ? [...text.matchAll(/\bform: (?:\w+ \? )?"([a-z-]+)"(?: : "([a-z-]+)")?/g)] : [],
  );
  const all = names.flatMap((match) => match.slice(1).filter(Boolean));
  expect(all.length).toBeGreaterThan(15);
  expect(all).toEqual([...new Set(all)]);
});

test("what is left out is still there", () => {
  const known = new Set(files.map(({ name }) => name));
  expect([...Object.keys(without), ...Object.keys(fields), ...parts].filter((name) => !known.has(name))).toEqual([]);
});

test("a form that creates keeps the id that it made, so that a draft sent again stays one record", () => {
  const noForm = ["patient/Episode.svelte"]; // the next episode is begun by a button, with what the chart says
  const creating = files.filter(({ name, text }) => /\bnewId\(\)/.test(text) && keeps(text) && !noForm.includes(name));
  expect(creating.length).toBeGreaterThan(8);
  for (const { name, text } of creating) {
    const kept = [...text.matchAll(/read: \(\) =>\s*\(?\{([^}]*)\}|read: \(\) => (form)\b/g)].map((match) => match[0]);
    expect(
      kept.some((read) => /\bid\b|form/i.test(read)),
      name,
    ).toBe(true);
  }
});
