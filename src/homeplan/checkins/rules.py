"""What a check-in must fulfil, and what follows from its answers. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from homeplan.checkins.model import (
    AnswerTooOld,
    CheckInEntry,
    DayClosed,
    ExercisePause,
    Region,
    UnknownRegion,
    UnknownSafetyItem,
)
from homeplan.clock import local_day
from homeplan.errors import Invalid
from homeplan.library.instrument import BodyRegion, SafetyItem, SafetyLevel
from homeplan.localtime import start_of_day, wall

DAYS_BACK = 2
"""Today and so many local days before it can be entered."""
FARTHEST_ZONES = 1
"""Days by which a local calendar can differ from that of UTC (UTC-12 to UTC+14)."""
CLOCK_SKEW = timedelta(minutes=10)
"""How far ahead a phone's clock may run before its time is not believed."""
OLDEST_ANSWER = timedelta(days=90)
"""A phone that was not online for longer is signed out (accounts), so nothing older can wait on it."""
SORENESS_ASKED = timedelta(hours=96)
"""Source: check-in instrument 0.1.0, item `soreness`."""
MIDLINE = frozenset({"low-back", "mid-back", "needle-site"})
"""Regions that are told apart into left and right and also have a middle. Limbs, hips and waist have none."""
OTHER = "other"
"""The item of the safety screen for what none of the others names."""
PRESSING: tuple[SafetyLevel, ...] = ("emergency", "urgent", "soon")
"""Most pressing first."""
REVIEW_AT = time(12)
"""The wall time of the daily look at who was silent: the morning is over, the clinic is open."""

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def parse_day(text: str, field: str = "day") -> date:
    """The day of a path or a query, written 2026-03-02. Raises Invalid (naming `field`) for every other spelling."""
    try:
        if _DAY.fullmatch(text) is None:
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid("A day is written like 2026-03-02.", field=field) from None


def open_days(at: datetime, zone: ZoneInfo) -> tuple[date, ...]:
    """The local days that the phone offers at `at`, oldest first: today and the two before."""
    today = local_day(at, zone)
    return tuple(today - timedelta(days=back) for back in range(DAYS_BACK, -1, -1))


def is_open(day: date, answered_at: datetime) -> bool:
    """Whether `day` was open somewhere on earth when the answer was given.

    Judged by the time of the answer and not of its arrival, so that a phone may be offline for weeks. The phone's local
    day is believed within what the calendars of the world allow, and never computed anew.
    """
    utc = answered_at.astimezone(UTC).date()
    return utc - timedelta(days=DAYS_BACK + FARTHEST_ZONES) <= day <= utc + timedelta(days=FARTHEST_ZONES)


def require_open(day: date, answered_at: datetime) -> None:
    """Raises DayClosed."""
    if not is_open(day, answered_at):
        raise DayClosed("This day is closed. If it is today, please check the date on your phone.", field="day")


def believed_time(stated: datetime, now: datetime) -> datetime:
    """When a check-in counts as answered: the phone's time, or `now` when the phone's clock runs ahead.

    An answer from the future would otherwise win over every later one. Raises AnswerTooOld.
    """
    if stated < now - OLDEST_ANSWER:
        raise AnswerTooOld(field="answeredAt")
    return now if stated > now + CLOCK_SKEW else stated.astimezone(UTC)


def believed_time_of_safety_answer(stated: datetime, now: datetime) -> datetime:
    """As `believed_time`, but a wrong clock gives `now` either way: a worrying answer is never refused for it."""
    return now if stated < now - OLDEST_ANSWER else believed_time(stated, now)


def require_regions(regions: Iterable[Region], known: Mapping[str, BodyRegion]) -> None:
    """Each region once, with a side that it has. Raises UnknownRegion with the path of the first that does not fit."""
    seen: set[str] = set()
    for at, region in enumerate(regions):
        if region.slug not in known or region.slug in seen:
            raise UnknownRegion(field=f"regions[{at}].slug")
        if not _has_side(known[region.slug], region.side):
            raise UnknownRegion(field=f"regions[{at}].side")
        seen.add(region.slug)


def require_safety_items(yes: Sequence[str], known: Mapping[str, SafetyItem]) -> None:
    """Each item once. Raises UnknownSafetyItem with the path of the first that does not fit.

    Items that only make sense after needling are always taken: the session may not have been written down yet.
    """
    for at, item in enumerate(yes):
        if item not in known or item in yes[:at]:
            raise UnknownSafetyItem(field=f"safetyYes[{at}]")


def with_other(entry: CheckInEntry) -> CheckInEntry:
    """The entry, with `other` for somebody who has something new or worrying and ticked nothing: a person must read it.

    Older versions of the app let the screen be left that way, and their entries may still wait on a phone.
    """
    return replace(entry, safety_yes=(OTHER,)) if entry.anything_new and not entry.safety_yes else entry


def levels_of(yes: Iterable[str], known: Mapping[str, SafetyItem]) -> dict[str, SafetyLevel]:
    """The level of each item; one that a later version of the screen dropped still counts as urgent."""
    return {item: known[item].level if item in known else "urgent" for item in yes}


def safety_level(yes: Iterable[str], known: Mapping[str, SafetyItem]) -> SafetyLevel | None:
    """The most pressing level; None without a yes."""
    return min(levels_of(yes, known).values(), key=PRESSING.index, default=None)


def is_soreness_expected(since_needling: timedelta | None) -> bool:
    """Whether soreness is asked for, so long after the end of the latest needling session before the answer."""
    return since_needling is not None and since_needling < SORENESS_ASKED


def stands_for(day: date, answered_at: datetime, zone: ZoneInfo) -> datetime:
    """The moment that the answers are about: when they were given, or the end of their day if that was earlier.

    A day filled in later is not about the hour in which somebody remembered it.
    """
    if local_day(answered_at, zone) <= day:
        return answered_at
    return start_of_day(day + timedelta(days=1), zone)


def since_needling(ends: Iterable[datetime], at: datetime) -> timedelta | None:
    """From the latest end of a needling session at or before `at`; None when there was none."""
    return min((at - end for end in ends if end <= at), default=None)


def places(regions: Iterable[Region]) -> frozenset[tuple[str, str]]:
    """Slug and side, with "both" told as left and right."""
    return frozenset(
        (region.slug, side)
        for region in regions
        for side in (("left", "right") if region.side == "both" else (region.side,))
    )


def paused_days(pauses: Iterable[ExercisePause], zone: ZoneInfo, until: date) -> frozenset[date]:
    """The local days, up to `until`, on which the exercises were paused at any time."""
    days: set[date] = set()
    for pause in pauses:
        day = local_day(pause.since, zone)
        last = until if pause.lifted_at is None else min(until, local_day(pause.lifted_at, zone))
        while day <= last:
            days.add(day)
            day += timedelta(days=1)
    return frozenset(days)


def next_review(now: datetime, zone: ZoneInfo) -> datetime:
    """The next noon of the patient's wall clock after `now`."""
    today = local_day(now, zone)
    noon = wall(today, REVIEW_AT, zone)
    return noon if noon > now else wall(today + timedelta(days=1), REVIEW_AT, zone)


def _has_side(region: BodyRegion, side: str) -> bool:
    if not region.lateral:
        return side == "middle"
    return side != "middle" or region.slug in MIDLINE
