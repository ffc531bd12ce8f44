"""Decides what a patient's calendar shows. Pure."""

import hashlib
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from homeplan.calendar.model import Feed, RepeatedEvent, SingleEvent
from homeplan.clock import local_day
from homeplan.contact.visits.model import Visit
from homeplan.localtime import start_of_day, weekday_bit
from homeplan.reminders.model import Reminder, ReminderKind, ReminderSettings
from homeplan.reminders.rules import next_due, wall_instant, zone_of
from homeplan.values import Language

AHEAD = timedelta(days=90)
"""Time for which reminders repeat. A calendar that reads the link no more runs out of them then."""

BEHIND = timedelta(days=30)
"""Age of the oldest visit that the calendar still shows."""

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


class Known(Struct, frozen=True, kw_only=True):
    """The records from which the calendar is made."""

    language: Language
    home_zone: str
    phone_zone: str | None
    reminders: Sequence[Reminder]
    settings: ReminderSettings
    visits: Sequence[Visit]
    in_care: bool
    exercise_paused: bool


def feed_of(known: Known, now: datetime) -> Feed:
    """The calendar as it is at `now`: reminders that may ring, and visits that are planned or took place."""
    midnight = datetime.combine(now.astimezone(UTC).date(), time(0), UTC)
    repeated = [_repeated(each, known, now) for each in known.reminders if _may_ring(each, known)]
    return Feed(
        language=known.language,
        made_at=midnight,
        reminders=tuple(each for each in repeated if each is not None),
        visits=tuple(
            SingleEvent(uid=_uid("visit", each.id), at=each.starts_at)
            for each in sorted(known.visits, key=lambda one: (one.starts_at, one.id))
            if each.state in ("planned", "took-place") and each.starts_at >= midnight - BEHIND
        ),
    )


def tag_of(feed: Feed) -> str:
    """The ETag of the file that is made of this feed."""
    return hashlib.sha256(msgspec.json.encode(feed)).hexdigest()[:32]


def token_in(path: str) -> str | None:
    """The token in the last part of a link's address, with or without `.ics`; None for what cannot be one."""
    token = path.removesuffix(".ics")
    return token if _TOKEN.fullmatch(token) else None


def _uid(kind: str, own_id: str) -> str:
    """The name of an event in all programs that read it, which says nothing about it."""
    return hashlib.sha256(f"{kind} {own_id}".encode()).hexdigest()[:32]


def hash_of(token: str) -> str:
    """The SHA-256 of a link's token, which is stored."""
    return hashlib.sha256(token.encode()).hexdigest()


def _may_ring(reminder: Reminder, known: Known) -> bool:
    """Whether it rings on a day on which nothing was done yet (reminders/rules.py has all reasons for silence)."""
    is_of_plan = reminder.kind in (ReminderKind.EXERCISE, ReminderKind.ACTIVITY)
    return reminder.enabled and known.in_care and not (is_of_plan and known.exercise_paused)


def _repeated(reminder: Reminder, known: Known, now: datetime) -> RepeatedEvent | None:
    zone = zone_of(reminder, known.home_zone, known.phone_zone)
    today = local_day(now, zone)
    first_day = today if known.settings.paused_until is None else max(today, known.settings.paused_until)
    until = start_of_day(today + AHEAD, zone)
    first = next_due(reminder, zone, start_of_day(first_day, zone) - timedelta(seconds=1))
    if first.at > until:
        return None
    unclear = _unclear(reminder, zone, first.day, until)
    rings = [(at, wall_instant(at.date(), at.time(), zone)) for at in unclear]
    return RepeatedEvent(
        uid=_uid("reminder", reminder.id),
        first=datetime.combine(first.day, reminder.wall_time),
        zone=zone.key,
        weekdays=reminder.weekdays,
        until=until,
        except_at=tuple(unclear),
        instead=tuple(
            SingleEvent(uid=_uid("ring", f"{reminder.id} {at:%Y-%m-%d}"), at=ring)
            for at, ring in rings
            if ring is not None and ring <= until
        ),
    )


def _unclear(reminder: Reminder, zone: ZoneInfo, first: date, until: datetime) -> list[datetime]:
    """The wall times of the reminder that a clock in `zone` shows twice or skips: programs read them differently."""
    days = (first + timedelta(days=ahead) for ahead in range((local_day(until, zone) - first).days + 1))
    times = (datetime.combine(day, reminder.wall_time) for day in days if reminder.weekdays & weekday_bit(day))
    return [at for at in times if _offset(at, zone, fold=0) != _offset(at, zone, fold=1)]


def _offset(at: datetime, zone: ZoneInfo, fold: int) -> timedelta | None:
    return at.replace(tzinfo=zone, fold=fold).utcoffset()
