"""Decides which check-ins are accepted, and what follows from their answers. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
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
from homeplan.library.instrument import BodyRegion, SafetyItem, SafetyLevel
from homeplan.localtime import start_of_day, wall
from homeplan.phone_time import DAYS_BACK, believed, is_open

MIDLINE = frozenset({"low-back", "mid-back", "needle-site"})
"""Regions with a left, a right and a middle. Limbs, hips and waist have no middle."""
OTHER = "other"
"""The item of the safety screen for a worry that no other item names."""
BY_URGENCY: tuple[SafetyLevel, ...] = ("emergency", "urgent", "soon")
"""The most urgent first."""
REVIEW_AT = time(12)
"""The wall time of the daily review of silent patients: the morning is over, the clinic is open."""


def open_days(at: datetime, zone: ZoneInfo) -> tuple[date, ...]:
    """The local days that the phone offers at `at`, oldest first: today and the two before."""
    today = local_day(at, zone)
    return tuple(today - timedelta(days=back) for back in range(DAYS_BACK, -1, -1))


def require_open(day: date, answered_at: datetime) -> None:
    """Raises DayClosed."""
    if not is_open(day, answered_at):
        raise DayClosed("This day is closed. If it is today, please check the date on your phone.", field="day")


def believed_time(stated: datetime, now: datetime) -> datetime:
    """The time at which a check-in counts as answered: the phone's time, or `now` when the phone's clock runs ahead.

    Otherwise an answer from the future would replace every later one. Raises AnswerTooOld.
    """
    answered_at = believed(stated, now)
    if answered_at is None:
        raise AnswerTooOld(field="answeredAt")
    return answered_at


def believed_time_of_safety_answer(stated: datetime, now: datetime) -> datetime:
    """Like `believed_time`, but `now` also for a clock that is behind: no safety answer is refused for its time."""
    return believed(stated, now) or now


def require_regions(regions: Iterable[Region], known: Mapping[str, BodyRegion]) -> None:
    """Check that each region is known, has that side and occurs once. Raises UnknownRegion with the field's path."""
    seen: set[str] = set()
    for at, region in enumerate(regions):
        if region.slug not in known or region.slug in seen:
            raise UnknownRegion(field=f"regions[{at}].slug")
        if not _has_side(known[region.slug], region.side):
            raise UnknownRegion(field=f"regions[{at}].side")
        seen.add(region.slug)


def require_safety_items(yes: Sequence[str], known: Mapping[str, SafetyItem]) -> None:
    """Check that each item is known and occurs once. Raises UnknownSafetyItem with the field's path.

    Items about needling are always accepted: the session may not be recorded yet.
    """
    for at, item in enumerate(yes):
        if item not in known or item in yes[:at]:
            raise UnknownSafetyItem(field=f"safetyYes[{at}]")


def with_other_item(entry: CheckInEntry) -> CheckInEntry:
    """The entry, with the item `other` when there is something new but no item is ticked, so that staff must read it.

    Older versions of the app allow such entries, and phones may still hold some in their outbox.
    """
    return replace(entry, safety_yes=(OTHER,)) if entry.anything_new and not entry.safety_yes else entry


def levels_of(yes: Iterable[str], known: Mapping[str, SafetyItem]) -> dict[str, SafetyLevel]:
    """The level of each item. An item that is no longer on the screen counts as urgent."""
    return {item: known[item].level if item in known else "urgent" for item in yes}


def safety_level(yes: Collection[str], known: Mapping[str, SafetyItem]) -> SafetyLevel | None:
    """The most urgent level; None without a yes."""
    if not yes:
        return None
    return min(levels_of(yes, known).values(), key=BY_URGENCY.index, default=None)


def reference_time(day: date, answered_at: datetime, zone: ZoneInfo) -> datetime:
    """The instant that the answers describe: when they were given, or the end of their day if that is earlier.

    Answers for an earlier day describe that day, not the hour in which they were entered.
    """
    if local_day(answered_at, zone) <= day:
        return answered_at
    return start_of_day(day + timedelta(days=1), zone)


def since_needling(ends: Iterable[datetime], at: datetime) -> timedelta | None:
    """The time since the latest end of a needling session at or before `at`; None when there was none."""
    latest = max([end for end in ends if end <= at], default=None)
    return None if latest is None else at - latest


def places(regions: Iterable[Region]) -> frozenset[tuple[str, str]]:
    """Slug and side of each region, with "both" split into left and right."""
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
