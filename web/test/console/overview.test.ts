import { describe, expect, test } from "vitest";
import { addDays } from "../../src/core/dates";
import { painDays, rowsFor } from "../../src/console/model/overview";
import type { OverviewRow } from "../../src/console/wire";

function row(given: Partial<OverviewRow>): OverviewRow {
  return {
    patientId: given.familyName ?? "x",
    givenName: "Ana",
    familyName: "Ruiz",
    language: "es",
    joinedAt: null,
    leftAt: null,
    phase: null,
    adherence: {
      first: "2026-02-16",
      last: "2026-03-01",
      due: 0,
      done: 0,
      share: null,
      daysDue: 0,
      daysDone: 0,
      habit: null,
    },
    pain: [],
    lastCheckIn: null,
    hoursSinceNeedling: null,
    openAlerts: 0,
    alertSeverity: null,
    exercisePaused: false,
    telephone: null,
    phone: "reachable",
    phoneUnreachableSince: null,
    needs: [],
    waitingSince: null,
    ...given,
  };
}

const rows = [
  row({ familyName: "Vega", lastCheckIn: { day: "2026-03-01", painNow: 3 }, hoursSinceNeedling: 40 }),
  row({ familyName: "Álvarez", givenName: "José", hoursSinceNeedling: 500 }),
  row({ familyName: "Baker", lastCheckIn: { day: "2026-03-01", painNow: 7 } }),
];
const names = (order: Parameters<typeof rowsFor>[2], query = "") =>
  rowsFor(rows, query, order).map(({ familyName }) => familyName);

describe("the patients list", () => {
  test("keeps the server's order of who needs the therapist", () => {
    expect(names("needs")).toEqual(["Vega", "Álvarez", "Baker"]);
  });

  test("sorts names as people do, with accents", () => {
    expect(names("name")).toEqual(["Álvarez", "Baker", "Vega"]);
  });

  test("puts the strongest pain and the latest needling first, and what is unknown last", () => {
    expect(names("pain")).toEqual(["Baker", "Vega", "Álvarez"]);
    expect(names("needling")).toEqual(["Vega", "Álvarez", "Baker"]);
  });

  test("finds by the beginnings of names without accents", () => {
    expect(names("needs", "alv jo")).toEqual(["Álvarez"]);
  });

  test("sorting does not disturb what it was given", () => {
    names("name");
    expect(rows[0]?.familyName).toBe("Vega");
  });

  test("sorts 200 rows well within a frame or two", () => {
    const many = Array.from({ length: 200 }, (_, n) =>
      row({ familyName: `Name ${(n * 7919) % 200}`, patientId: String(n) }),
    );
    const start = performance.now();
    for (let turn = 0; turn < 10; turn++) rowsFor(many, "na", "name");
    expect((performance.now() - start) / 10).toBeLessThan(50);
  });

  test("the pain line ends today and has gaps", () => {
    const today = "2026-03-02";
    const days = painDays(
      row({
        pain: [
          { day: today, painNow: 0 },
          { day: addDays(today, -13), painNow: 8 },
          { day: addDays(today, -14), painNow: 9 },
        ],
      }),
    );
    expect(days).toEqual([8, ...Array<null>(12).fill(null), 0]);
  });
});
