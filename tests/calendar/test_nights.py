"""The file of a patient in Denver around both clock changes of 2026, as two parsers read it: ours here, ical.js in
web/test/tools/calendar.test.ts, which reads the same files and instants. `python -m tests.calendar.test_nights` writes
them again."""

import json
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from icalendar import Calendar

from homeplan.calendar.compose import compose
from homeplan.calendar.model import Feed
from homeplan.calendar.rules import AHEAD, Known, feed_of
from homeplan.contact.visits.model import Visit
from homeplan.localtime import start_of_day
from homeplan.reminders.model import EVERY_DAY, FIRST_SETTINGS, Reminder, ReminderKind
from homeplan.reminders.rules import next_due

FOLDER = Path(__file__).parent / "nights"
DENVER = ZoneInfo("America/Denver")
NIGHTS = {
    "spring": datetime(2026, 2, 20, 12, tzinfo=DENVER),
    "autumn": datetime(2026, 10, 20, 12, tzinfo=DENVER),
}

REMINDERS = [
    Reminder(id=name, kind=ReminderKind.CHECKIN, weekdays=days, wall_time=at, zone_policy="home", enabled=True)
    for name, days, at in (
        ("evening", EVERY_DAY, time(19)),
        ("early", EVERY_DAY, time(1, 30)),  # comes twice on 1 November; the first one rings
        ("night", EVERY_DAY, time(2, 30)),  # does not come on 8 March; it rings at the end of the gap
        ("sunday", 64, time(3)),  # right after the gap of 8 March
    )
]


def feed(now: datetime) -> Feed:
    at = (now + timedelta(days=3)).astimezone(UTC)
    visit = Visit(
        id="visit",
        kind="needling",
        day=at.date(),
        wall_time=time(12),
        time_zone="America/Denver",
        starts_at=at,
        state="planned",
        moved_to=None,
        session_id=None,
    )
    known = Known(
        language="en",
        home_zone="America/Denver",
        phone_zone=None,
        reminders=REMINDERS,
        settings=FIRST_SETTINGS,
        visits=[visit],
        in_care=True,
        exercise_paused=False,
    )
    return feed_of(known, now)


def rings(now: datetime) -> list[str]:
    """The instants at which the reminders ring while the calendar has them."""
    found = []
    for reminder in REMINDERS:
        at = start_of_day(now.date(), DENVER) - timedelta(seconds=1)
        end = start_of_day(now.date() + AHEAD, DENVER)
        while (at := next_due(reminder, DENVER, at).at) <= end:
            found.append(at)
    return [f"{at:%Y-%m-%dT%H:%M:%SZ}" for at in sorted(found)]


@pytest.mark.parametrize("night", NIGHTS)
def test_the_files_that_the_other_parser_reads_are_what_is_served(night: str) -> None:
    now = NIGHTS[night]
    assert compose(feed(now)) == (FOLDER / f"{night}.ics").read_bytes()
    assert rings(now) == json.loads((FOLDER / f"{night}.json").read_text("utf-8"))


@pytest.mark.parametrize("night", NIGHTS)
def test_the_calendar_shows_a_reminder_whenever_it_rings(night: str) -> None:
    now = NIGHTS[night]
    found = []
    events: list[Any] = list(Calendar.from_ical((FOLDER / f"{night}.ics").read_bytes()).walk("VEVENT"))
    for event in events:
        if "RRULE" in event:
            rule = rrulestr(event["RRULE"].to_ical().decode(), dtstart=event["DTSTART"].dt)
            not_at = [each.dt for each in event["EXDATE"].dts] if "EXDATE" in event else []
            found += [at.astimezone(UTC) for at in rule if at not in not_at]
        elif event["SUMMARY"] == "Reminder":
            found.append(event["DTSTART"].dt)
    assert [f"{at:%Y-%m-%dT%H:%M:%SZ}" for at in sorted(found)] == rings(now)


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for night, now in NIGHTS.items():
        (FOLDER / f"{night}.ics").write_bytes(compose(feed(now)))
        (FOLDER / f"{night}.json").write_text(json.dumps(rings(now), indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
