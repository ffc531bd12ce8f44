import { describe, expect, test, vi } from "vitest";

vi.stubGlobal("navigator", { languages: ["en-US"] });
vi.stubGlobal("document", { documentElement: {} });
const { alertLine } = await import("../../src/console/model/alertLine");

describe("an alert in one line", () => {
  test("says what was found in plain words", () => {
    expect(alertLine({ rule: "soreness-72h", inputs: { soreness: 5, hoursSinceNeedling: 80 } })).toEqual({
      what: "Still sore at 5",
      detail: "80 h after needling",
    });
  });

  test("is the title of the rule where an older version stored less", () => {
    expect(alertLine({ rule: "soreness-72h", inputs: {} })).toEqual({ what: "Still sore after 72 hours", detail: "" });
  });
});
