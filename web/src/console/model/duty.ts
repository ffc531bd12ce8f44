/** The form of hours and duty, and what is sent of it: wall times of two stretches per weekday, rows with days. */

import type { DutySettings } from "../wire";

type Pair = { opens: string; closes: string };

export type DutyForm = {
  version: number;
  timeZone: string;
  /** Two stretches for each weekday from Monday on; an empty one is closed. */
  week: [Pair, Pair][];
  digestAt: string;
  holidays: { day: string; name: string }[];
  entries: {
    id: string;
    staffId: string;
    kind: "duty" | "on-call";
    weekdays: boolean[];
    firstDay: string;
    lastDay: string;
  }[];
  covers: { id: string; staffId: string; coverId: string; firstDay: string; lastDay: string }[];
};

const weekdays = [0, 1, 2, 3, 4, 5, 6];
const short = (time: string): string => time.slice(0, 5);
const long = (time: string): string => `${short(time)}:00`;

export function formOf(settings: DutySettings, zone: string): DutyForm {
  const { hours, roster, version } = settings;
  return {
    version,
    timeZone: hours?.timeZone ?? zone,
    week: weekdays.map((weekday) => {
      const stretches = (hours?.week ?? [])
        .filter((each) => each.weekday === weekday)
        .map(({ opens, closes }) => ({ opens: short(opens), closes: short(closes) }))
        .sort((a, b) => a.opens.localeCompare(b.opens));
      return [stretches[0] ?? { opens: "", closes: "" }, stretches[1] ?? { opens: "", closes: "" }];
    }),
    digestAt: short(hours?.digestAt ?? "08:00"),
    holidays: (hours?.holidays ?? []).map(({ day, name }) => ({ day, name: name ?? "" })),
    entries: (roster.entries ?? []).map(({ id, staffId, kind, weekdays: mask, firstDay, lastDay }) => ({
      id,
      staffId,
      kind,
      weekdays: weekdays.map((weekday) => ((mask ?? 127) & (1 << weekday)) !== 0),
      firstDay: firstDay ?? "",
      lastDay: lastDay ?? "",
    })),
    covers: (roster.covers ?? []).map(({ firstDay, lastDay, ...cover }) => ({
      ...cover,
      firstDay: firstDay ?? "",
      lastDay: lastDay ?? "",
    })),
  };
}

export function settingsOf(form: DutyForm): DutySettings {
  return {
    version: form.version,
    hours: {
      timeZone: form.timeZone.trim(),
      week: form.week.flatMap((pairs, weekday) =>
        pairs
          .filter(({ opens, closes }) => opens && closes)
          .map(({ opens, closes }) => ({ weekday, opens: long(opens), closes: long(closes) })),
      ),
      digestAt: long(form.digestAt),
      holidays: form.holidays.filter(({ day }) => day),
    },
    roster: {
      entries: form.entries.map(({ weekdays: chosen, firstDay, lastDay, ...entry }) => ({
        ...entry,
        weekdays: chosen.reduce((mask, on, weekday) => (on ? mask | (1 << weekday) : mask), 0),
        firstDay: firstDay || null,
        lastDay: lastDay || null,
      })),
      covers: form.covers.map(({ firstDay, lastDay, ...cover }) => ({
        ...cover,
        firstDay: firstDay || null,
        lastDay: lastDay || null,
      })),
    },
  };
}
