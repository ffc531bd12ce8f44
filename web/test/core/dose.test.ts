import { expect, test } from "vitest";

import { timesText } from "../../src/core/dose";

test("once a day needs no words", () => {
  expect([timesText(1, "en"), timesText(2, "en"), timesText(3, "es")]).toEqual(["", "twice a day", "3 veces al día"]);
});
