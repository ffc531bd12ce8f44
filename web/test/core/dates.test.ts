import fc from "fast-check";
import { afterEach, describe, expect, test, vi } from "vitest";

import {
  addDays,
  clockTime,
  dayName,
  daysBetween,
  deviceZone,
  isBetween,
  isDay,
  localDay,
  shortDay,
  wallTime,
  weekday,
  weekdayName,
} from "../../src/core/dates";

const zones = [
  "America/Denver",
  "America/Santiago",
  "Europe/Madrid",
  "Asia/Kathmandu",
  "Australia/Lord_Howe",
  "Pacific/Apia",
  "UTC",
];
const day = fc
  .date({ min: new Date("2000-01-01"), max: new Date("2060-01-01"), noInvalidDate: true })
  .map((at) => at.toISOString().slice(0, 10));

describe("the local day", () => {
  test.each([
    ["2026-03-08T06:59:59Z", "America/Denver", "2026-03-07"],
    ["2026-03-08T07:00:00Z", "America/Denver", "2026-03-08"],
    // The night in which the clocks go forward, before and after the gap.
    ["2026-03-08T08:59:59Z", "America/Denver", "2026-03-08"],
    ["2026-03-09T05:59:59Z", "America/Denver", "2026-03-08"],
    ["2026-03-09T06:00:00Z", "America/Denver", "2026-03-09"],
    // The night in which they go back: the day has 25 hours.
    ["2026-11-01T06:00:00Z", "America/Denver", "2026-11-01"],
    ["2026-11-02T06:59:59Z", "America/Denver", "2026-11-01"],
    ["2026-11-02T07:00:00Z", "America/Denver", "2026-11-02"],
    ["2026-03-02T18:14:59Z", "Asia/Kathmandu", "2026-03-02"],
    ["2026-03-02T18:15:00Z", "Asia/Kathmandu", "2026-03-03"],
  ])("at %s in %s is %s", (at, zone, expected) => {
    expect(localDay(new Date(at), zone)).toBe(expected);
  });

  test("is, where no zone is named, the one of this device", () => {
    for (const zone of zones) {
      inZone(zone, () => {
        for (let hour = 0; hour < 366 * 24; hour += 5) {
          const at = new Date(Date.parse("2026-01-01T00:00:00Z") + hour * 3_600_000);
          expect(localDay(at)).toBe(localDay(at, zone));
        }
      });
    }
  });

  test("never skips or repeats over a year, in any zone", () => {
    for (const zone of zones) {
      let last = localDay(new Date("2026-01-01T00:00:00Z"), zone);
      for (let hour = 0; hour < 366 * 24; hour += 5) {
        const next = localDay(new Date(Date.parse("2026-01-01T00:00:00Z") + hour * 3_600_000), zone);
        expect([last, addDays(last, 1)]).toContain(next);
        last = next;
      }
    }
  });
});

describe("arithmetic on days", () => {
  test("adding and subtracting are each other's opposite", () => {
    fc.assert(
      fc.property(day, fc.integer({ min: -5000, max: 5000 }), (from, days) => {
        const until = addDays(from, days);
        expect(daysBetween(from, until)).toBe(days);
        expect(addDays(until, -days)).toBe(from);
      }),
    );
  });

  test("weekdays run from Monday 1 to Sunday 7", () => {
    expect(weekday("2026-03-02")).toBe(1);
    expect(weekday("2026-03-08")).toBe(7);
  });

  test("a prompt's window is open from its first minute to before its last, by this device's clock", () => {
    const open = (instant: string) => isBetween(new Date(instant), "09:00:00", "18:00:00");
    inZone("America/Denver", () => {
      expect(
        ["2026-01-12T15:59:59Z", "2026-01-12T16:00:00Z", "2026-01-13T00:59:59Z", "2026-01-13T01:00:00Z"].map(open),
      ).toEqual([false, true, true, false]);
      expect(open("2026-07-12T15:00:00Z")).toBe(true);
    });
  });

  test("a day that no calendar has is none", () => {
    expect(["2026-02-29", "2026-13-01", "2026-2-1", "today", ""].filter(isDay)).toEqual([]);
    expect(isDay("2028-02-29")).toBe(true);
  });
});

describe("names", () => {
  test("are those of the language", () => {
    expect(dayName("2026-03-02", "en", "2026-11-27")).toBe("Monday, March 2");
    expect(dayName("2026-03-02", "es", "2026-11-27")).toBe("lunes, 2 de marzo");
    expect(shortDay("2026-03-02", "en", "2026-11-27")).toBe("Mar 2");
    expect(weekdayName(1, "es")).toBe("lun");
    expect(weekdayName(7, "en", "long")).toBe("Sunday");
  });

  test("carry the year wherever it is not this one", () => {
    expect(dayName("2025-11-27", "en", "2026-11-27")).toBe("Thursday, November 27, 2025");
    expect(dayName("2025-11-27", "es", "2026-11-27")).toBe("jueves, 27 de noviembre de 2025");
    expect(shortDay("2025-11-27", "en", "2026-11-27")).toBe("Nov 27, 2025");
    expect(shortDay("2027-01-01", "en", "2026-12-31")).toBe("Jan 1, 2027");
  });

  test("wall times do not depend on the zone of the device", () => {
    expect(wallTime("08:30:00", "en").replace(/\s/gu, " ")).toBe("8:30 AM");
    expect(wallTime("20:30:00", "es").replace(/\s/gu, " ")).toBe("8:30 pm");
  });
});

/** Runs as on a device that is in a zone. */
function inZone(zone: string, run: () => void): void {
  const here = process.env["TZ"];
  try {
    process.env["TZ"] = zone;
    run();
  } finally {
    if (here === undefined) delete process.env["TZ"];
    else process.env["TZ"] = here;
  }
}

describe("the zone of this device", () => {
  afterEach(() => vi.restoreAllMocks());

  function saying(timeZone: unknown): void {
    const real = Intl.DateTimeFormat().resolvedOptions();
    vi.spyOn(Intl.DateTimeFormat.prototype, "resolvedOptions").mockReturnValue({ ...real, timeZone } as typeof real);
  }

  test.each(["America/Denver", "Etc/Unknown", "Mars/Phobos", "GMT-07:00", "Etc/GMT+7"])(
    "%s goes out as it is",
    (zone) => {
      saying(zone);
      expect(deviceZone()).toBe(zone);
    },
  );

  test.each([undefined, null, "", "Hora de verano", "a\nb", "x".repeat(65)])("%j goes out as unknown", (zone) => {
    saying(zone);
    expect(deviceZone()).toBe("Etc/Unknown");
  });

  test("breaks no clock time where no format knows it", () => {
    saying("Etc/Unknown");
    expect(clockTime(new Date(2026, 2, 2, 9, 12), "en")).toMatch(/^9:12.AM$/);
  });
});
