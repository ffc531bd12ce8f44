import { describe, expect, test } from "vitest";

import type { CheckInEntryOfDay } from "../../src/core/checkin";
import { aWeekBefore, painChange, weekUpTo } from "../../src/core/lastWeek";

const answer = (day: string, painNow: number) => ({ day, painNow }) as CheckInEntryOfDay;

describe("an answer beside last week's", () => {
  test("is compared with that of seven days before, else with the nearest day", () => {
    const week = [answer("2026-02-21", 1), answer("2026-02-23", 5), answer("2026-02-24", 3)];
    expect(aWeekBefore("2026-03-02", week)?.day).toBe("2026-02-23");
    expect(aWeekBefore("2026-03-03", week)?.day).toBe("2026-02-24");
    expect(aWeekBefore("2026-03-01", week)?.day).toBe("2026-02-21");
    expect(aWeekBefore("2026-03-10", week)).toBeUndefined();
  });

  test.each([
    [4, 6, "lower"],
    [5, 6, "same"],
    [6, 6, "same"],
    [7, 6, "same"],
    [8, 6, "higher"],
  ])("%s after %s is %s: less than two points says nothing", (now, before, change) => {
    expect(painChange(now, before)).toBe(change);
  });

  test("is the last of a week with its gaps", () => {
    const week = weekUpTo("2026-03-02", [answer("2026-02-23", 9), answer("2026-02-24", 0), answer("2026-03-02", 4)]);
    expect(week.map(({ painNow }) => painNow)).toEqual([0, null, null, null, null, null, 4]);
    expect(week[0]!.day).toBe("2026-02-24");
  });
});
