import { expect, test, vi } from "vitest";

import { dayOf, moment } from "../../src/console/dates";

const now = new Date(2026, 10, 27, 18, 0);

test("an instant of another year carries it, one of this year does not", () => {
  const words = (at: Date) => [dayOf(at, "en", now), moment(at, "en", now).replace(/\s/gu, " ")];
  expect(words(new Date(2026, 2, 2, 10, 25))).toEqual(["Mar 2", "Mar 2, 10:25 AM"]);
  expect(words(new Date(2025, 10, 27, 10, 25))).toEqual(["Nov 27, 2025", "Nov 27, 2025, 10:25 AM"]);
});

test.each(["en", "es"] as const)("no sentence ends a moment with two full stops, in %s", async (tongue) => {
  vi.stubGlobal("navigator", { languages: [tongue] });
  vi.resetModules();
  const [{ audit }, { invite, sheets }, { overview }, { settings }, { shell }] = await Promise.all([
    import("../../src/console/i18n/audit"),
    import("../../src/console/i18n/invite"),
    import("../../src/console/i18n/overview"),
    import("../../src/console/i18n/settings"),
    import("../../src/console/i18n/shell"),
  ]);
  const at = moment(new Date(2026, 2, 2, 22, 25), tongue, now);
  const sentences = [
    invite().pending(at),
    invite().expires(at),
    invite().codeExpires(at),
    sheets[tongue].until(at),
    settings().link.once(at),
    shell().factorReset(at),
    overview().pause.hint(at),
    audit().checked(at, 3),
    audit().broken(at),
  ];
  expect(at.endsWith(".")).toBe(tongue === "es");
  expect(sentences.filter((sentence) => sentence.includes(".."))).toEqual([]);
});
