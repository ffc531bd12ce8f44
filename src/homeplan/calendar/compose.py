"""Composes the file that a calendar program reads (iCalendar, RFC 5545): fixed titles, no word about the person."""

from datetime import datetime, timedelta
from importlib.resources import files
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import msgspec

from homeplan.calendar.model import Feed, RepeatedEvent
from homeplan.values import Text

if TYPE_CHECKING:
    from icalendar import Event

REFRESH = timedelta(hours=6)
"""Time after which a calendar program is asked to read the link again."""

ZONES_AHEAD = timedelta(days=366)
"""The time for which the file describes clock changes; they are written at each reading."""

_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


class Titles(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The fixed texts of a calendar, which others may see over the patient's shoulder."""

    calendar: Text
    reminder: Text
    visit: Text


TITLES = msgspec.json.decode(files("homeplan.calendar").joinpath("texts.json").read_bytes(), type=Titles)


def compose(feed: Feed) -> bytes:
    """The file of this feed. It costs milliseconds of processor time: run it apart from the event loop."""
    from icalendar import (
        Calendar,
        vDuration,
    )  # late: it is 10 MB of memory that a server without calendars does not need

    calendar = Calendar()
    calendar.add("prodid", "-//homeplan//calendar//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    title = TITLES.calendar.in_language(feed.language)
    calendar.add("name", title)
    calendar.add("x-wr-calname", title)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(REFRESH))
    for reminder in feed.reminders:
        calendar.add_component(_repeated(reminder, feed))
        for ring in reminder.instead:
            calendar.add_component(_reminder(ring.uid, ring.at, feed))
    for visit in feed.visits:
        calendar.add_component(_event(visit.uid, visit.at, TITLES.visit.in_language(feed.language), feed))
    if feed.reminders:
        begin = min(each.first for each in feed.reminders).date()
        calendar.add_missing_timezones(first_date=begin, last_date=begin + ZONES_AHEAD)
    file: bytes = calendar.to_ical()
    return file


def _repeated(reminder: RepeatedEvent, feed: Feed) -> "Event":
    zone = ZoneInfo(reminder.zone)
    event = _reminder(reminder.uid, reminder.first.replace(tzinfo=zone), feed)
    days = [name for bit, name in enumerate(_DAYS) if reminder.weekdays & 1 << bit]
    event.add("rrule", {"FREQ": "WEEKLY", "BYDAY": days, "UNTIL": reminder.until})
    for at in reminder.except_at:
        event.add("exdate", at.replace(tzinfo=zone))
    return event


def _reminder(uid: str, at: datetime, feed: Feed) -> "Event":
    event = _event(uid, at, TITLES.reminder.in_language(feed.language), feed)
    event.add("transp", "TRANSPARENT")  # a reminder does not make the time busy
    return event


def _event(uid: str, at: datetime, title: str, feed: Feed) -> "Event":
    from icalendar import Event

    event = Event()
    event.add("uid", f"{uid}@homeplan")
    event.add("dtstamp", feed.made_at)
    event.add("dtstart", at)
    event.add("summary", title)
    event.add("class", "PRIVATE")
    return event
