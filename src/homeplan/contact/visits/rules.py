"""Decides which visit is next, and which one a needling session closes. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from homeplan.clock import local_day
from homeplan.contact.visits.model import MyVisits, Visit, VisitTime
from homeplan.errors import Invalid
from homeplan.localtime import wall
from homeplan.values import zone

SHOWN_AFTER = timedelta(hours=1)
"""A visit stays the next one for an hour after its start: somebody may still be on the way."""
FARTHEST = timedelta(days=732)
OLDEST = timedelta(days=3660)


def starts_at(at: VisitTime, now: datetime) -> datetime:
    """The instant of a visit. Raises Invalid for an unknown zone, and for a day more than two years ahead."""
    instant = wall(at.day, at.wall_time.replace(second=0, microsecond=0), zone(at.time_zone))
    if not now - OLDEST <= instant <= now + FARTHEST:
        raise Invalid("This day is too far away.", field="day")
    return instant


def my_visits(visits: Sequence[Visit], now: datetime) -> MyVisits:
    """The visits that a patient is shown; `visits` come in any order."""
    ahead = sorted(
        (one for one in visits if one.starts_at > now - SHOWN_AFTER), key=lambda one: (one.starts_at, one.id)
    )
    coming = next((one for one in ahead if one.state == "planned"), None)
    before = None if coming is None else next((one for one in visits if one.moved_to == coming.id), None)
    cancelled = None if coming is not None else next((one for one in ahead if one.state == "cancelled"), None)
    return MyVisits(next=coming, moved_from=before, cancelled=cancelled)


def closed_by_session(visits: Sequence[Visit], ended_at: datetime) -> Visit | None:
    """The planned visit on the day of a needling session that ended then: one for needling first, then the earliest."""
    on_day = [
        one for one in visits if one.state == "planned" and local_day(ended_at, ZoneInfo(one.time_zone)) == one.day
    ]
    return min(on_day, key=lambda one: (one.kind != "needling", one.starts_at, one.id), default=None)
