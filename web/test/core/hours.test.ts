import { expect, test } from "vitest";

import { hoursAt } from "../../src/core/hours";

const kept = {
  known: true,
  open: [
    { beginsAt: "2026-03-02T15:00:00Z", endsAt: "2026-03-03T00:00:00Z" },
    { beginsAt: "2026-03-03T15:00:00Z", endsAt: "2026-03-04T00:00:00Z" },
  ],
  onCall: [{ beginsAt: "2026-03-03T07:00:00Z", endsAt: "2026-03-03T15:00:00Z" }],
  until: "2026-03-16T00:00:00Z",
};
const at = (instant: string) => hoursAt(kept, new Date(instant));

test("the clinic is open from the opening up to the closing time", () => {
  expect(at("2026-03-02T15:00:00Z")).toEqual({ open: true, until: new Date("2026-03-03T00:00:00Z") });
  expect(at("2026-03-03T00:00:00Z")).toMatchObject({ open: false });
});

test("a closed clinic names its next opening, and whether somebody is on call", () => {
  const opens = new Date("2026-03-03T15:00:00Z");
  expect(at("2026-03-03T02:00:00Z")).toEqual({ open: false, opens, onCall: false });
  expect(at("2026-03-03T08:00:00Z")).toEqual({ open: false, opens, onCall: true });
});

test("without a next opening in the known days none is named", () => {
  expect(at("2026-03-05T08:00:00Z")).toEqual({ open: false, opens: undefined, onCall: false });
});

test("nothing is said where hours were never entered, or after the days that are known", () => {
  expect(hoursAt(undefined, new Date())).toBeUndefined();
  expect(hoursAt({ ...kept, known: false }, new Date("2026-03-02T15:00:00Z"))).toBeUndefined();
  expect(at("2026-03-16T00:00:00Z")).toBeUndefined();
});
