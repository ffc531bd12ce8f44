import { expect, test } from "vitest";

import { dayOf, moment } from "../../src/console/dates";

const now = new Date(2026, 10, 27, 18, 0);

test("an instant of another year carries it, one of this year does not", () => {
  const words = (at: Date) => [dayOf(at, "en", now), moment(at, "en", now).replace(/\s/gu, " ")];
  expect(words(new Date(2026, 2, 2, 10, 25))).toEqual(["Mar 2", "Mar 2, 10:25 AM"]);
  expect(words(new Date(2025, 10, 27, 10, 25))).toEqual(["Nov 27, 2025", "Nov 27, 2025, 10:25 AM"]);
});
