import { expect, test, vi } from "vitest";

import { timesText } from "../../src/core/dose";

test("once a day needs no words", async () => {
  vi.stubGlobal("navigator", { languages: ["en-US"] });
  const { en, es } = (await import("../../src/ui/words/dose")).doseWords;
  expect([timesText(1, en), timesText(2, en), timesText(3, es)]).toEqual(["", "twice a day", "3 veces al día"]);
});
