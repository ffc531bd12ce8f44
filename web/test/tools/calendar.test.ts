/** The calendar that the server composes, as ical.js reads it (Thunderbird's parser): no reminder moves in the nights of
 * both clock changes. tests/calendar/test_nights.py has the files and the instants at which the reminders ring. */

import { readFileSync } from "node:fs";

import ICAL from "ical.js";
import { expect, test } from "vitest";

const folder = new URL("../../../tests/calendar/nights/", import.meta.url);
const read = (name: string) => readFileSync(new URL(name, folder), "utf8");

/** The instants of every reminder, in order. */
function occurrences(calendar: ICAL.Component): string[] {
  const found: string[] = [];
  for (const component of calendar.getAllSubcomponents("vevent")) {
    const event = new ICAL.Event(component);
    if (event.summary !== "Reminder") continue;
    const times = event.iterator();
    for (let at = times.next() as ICAL.Time | undefined; at; at = times.next() as ICAL.Time | undefined)
      found.push(at.toJSDate().toISOString().replace(".000Z", "Z"));
  }
  return found.sort();
}

test.each(["spring", "autumn"])("in %s each reminder is shown when it rings", (night) => {
  const calendar = ICAL.Component.fromString(read(`${night}.ics`));
  const zones = calendar.getAllSubcomponents("vtimezone").map((each) => each.getFirstPropertyValue("tzid"));
  expect(zones).toEqual(["America/Denver"]);
  expect(occurrences(calendar)).toEqual(JSON.parse(read(`${night}.json`)));
});
