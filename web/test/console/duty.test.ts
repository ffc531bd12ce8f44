import { expect, test } from "vitest";

import { formOf, settingsOf } from "../../src/console/model/duty";
import type { DutySettings } from "../../src/console/wire";

const saved: DutySettings = {
  version: 3,
  hours: {
    timeZone: "America/Denver",
    week: [
      { weekday: 0, opens: "08:00:00", closes: "12:00:00" },
      { weekday: 0, opens: "14:00:00", closes: "18:00:00" },
      { weekday: 4, opens: "08:00:00", closes: "12:00:00" },
    ],
    digestAt: "07:30:00",
    holidays: [{ day: "2026-12-25", name: "Christmas" }],
  },
  roster: {
    entries: [{ id: "e", staffId: "ana", kind: "on-call", weekdays: 96, firstDay: "2026-03-02", lastDay: null }],
    covers: [{ id: "c", staffId: "ana", coverId: "ben", firstDay: null, lastDay: null }],
  },
};

test("what was saved is shown and sent again unchanged", () => {
  expect(settingsOf(formOf(saved, "UTC"))).toEqual(saved);
});

test("a clinic without hours begins with this desk's zone, closed on every day", () => {
  const form = formOf({ version: 0, hours: null, roster: { entries: [], covers: [] } }, "Europe/Madrid");
  expect(form.timeZone).toBe("Europe/Madrid");
  expect(settingsOf(form).hours).toMatchObject({ week: [], digestAt: "08:00:00" });
});

test("a weekday in the form is a bit of what is sent, from Monday on", () => {
  expect(formOf(saved, "UTC").entries[0]?.weekdays).toEqual([false, false, false, false, false, true, true]);
});
