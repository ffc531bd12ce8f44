import { describe, expect, test } from "vitest";
import { addDays } from "../../src/core/dates";
import { bySection, hasMore, leadingAlert, painDays, wantedOf } from "../../src/console/model/worklist";
import type { WorklistRow } from "../../src/console/wire";

function row(given: Partial<WorklistRow>): WorklistRow {
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
    alerts: [],
    exercisePaused: false,
    phone: "reachable",
    phoneUnreachableSince: null,
    telephone: null,
    lastContactAt: null,
    messageWaitsSince: null,
    reasons: [],
    ...given,
  };
}

describe("the worklist", () => {
  test("asks for what is wanted, and for no group unless one is chosen", () => {
    expect(wantedOf({ group: undefined, order: "need", most: 50 })).toEqual({ order: "need", most: 50 });
    expect(wantedOf({ group: "red-flag", order: "pain", most: 650 })).toEqual({
      group: "red-flag",
      order: "pain",
      most: 500,
    });
  });

  test("offers more rows up to the most that one answer holds", () => {
    expect(hasMore(50, 50)).toBe(false);
    expect(hasMore(50, 51)).toBe(true);
    expect(hasMore(500, 10_000)).toBe(false);
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

  test("has sections in the order of need, and the last for those who need nobody", () => {
    const since = "2026-03-02T17:00:00Z";
    const rows = [
      row({ familyName: "Now", reasons: [{ need: "alert-critical", since }] }),
      row({ familyName: "Week", reasons: [{ need: "message-unanswered", since }] }),
      row({ familyName: "Fine", reasons: [] }),
    ];
    expect(bySection(rows).map(({ section, rows: some }) => [section, some.map(({ patientId }) => patientId)])).toEqual(
      [
        ["now", ["Now"]],
        ["next", ["Week"]],
        ["nothing", ["Fine"]],
      ],
    );
  });

  test("leads with the alert of the first reason, and with none where that reason is not an alert", () => {
    const since = "2026-03-02T17:00:00Z";
    const alert = {
      rule: "soreness-72h",
      severity: "normal",
      since,
      again: 0,
      lastAt: since,
      inputs: { soreness: 5, hoursSinceNeedling: 80 },
    } as const;
    const found = leadingAlert(row({ alerts: [alert], reasons: [{ need: "lasting-soreness", since }] }));
    expect(found).toEqual(alert);
    expect(leadingAlert(row({ alerts: [alert], reasons: [{ need: "exercise-paused", since }] }))).toBeUndefined();
  });
});
