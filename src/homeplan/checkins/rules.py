"""Decides which check-ins are accepted, and what follows from their answers. Pure."""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from homeplan.checkins.model import (
    AnswerTooOld,
    CheckInEntry,
    DayClosed,
    ExercisePause,
    OpenWarning,
    Region,
    SafetyAnswerEntry,
    Sign,
    UnknownRegion,
)
from homeplan.clock import local_day
from homeplan.library.alert_terms import DailyReview
from homeplan.library.instrument import BodyRegion, SafetyItem, SafetyLevel
from homeplan.localtime import start_of_day, wall
from homeplan.phone_time import DAYS_BACK, believed, is_open

MIDLINE = frozenset({"low-back", "mid-back", "needle-site"})
"""Regions with a left, a right and a middle. Limbs, hips and waist have no middle."""
OTHER = "other"
"""The item of the safety screen for a worry that no other item names."""
BY_URGENCY: tuple[SafetyLevel, ...] = ("emergency", "urgent", "soon")
"""The most urgent first."""


def open_days(at: datetime, zone: ZoneInfo) -> tuple[date, ...]:
    """The local days that the phone offers at `at`, oldest first: today and the two before."""
    today = local_day(at, zone)
    return tuple(today - timedelta(days=back) for back in range(DAYS_BACK, -1, -1))


def require_open(day: date, answered_at: datetime, stated: datetime) -> None:
    """Check that the day was open at the believed or at the stated time of the answer. Raises DayClosed."""
    if not is_open(day, answered_at, stated):
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


def with_other_item(entry: CheckInEntry) -> CheckInEntry:
    """The entry with each item once, and with the item `other` for a worry in words, and for something new without an
    item, so that staff must read it.

    Older versions of the app send something new without an item, and phones may still hold some in their outbox.
    """
    yes = _signs(entry.safety_yes, entry.other_text)
    return replace(entry, safety_yes=yes or ((OTHER,) if entry.anything_new else ()))


def with_other_item_of_answer(entry: SafetyAnswerEntry) -> SafetyAnswerEntry:
    """The answer with each item once, and with the item `other` for a worry in words."""
    return replace(entry, safety_yes=_signs(entry.safety_yes, entry.other_text))


def _signs(yes: Sequence[str], other_text: str | None) -> tuple[str, ...]:
    worry = (OTHER,) if other_text and other_text.strip() else ()
    return tuple(dict.fromkeys((*yes, *worry)))


def under_own_id(entry: SafetyAnswerEntry) -> SafetyAnswerEntry:
    """The answer under an id made of its own and its signs: the same for the same signs, so it is stored once."""
    signs = sha256(" ".join(sorted(entry.safety_yes)).encode()).hexdigest()
    return replace(entry, id=f"{entry.id[:47]}-{signs[:16]}")


def safety_answer_of(entry: CheckInEntry) -> SafetyAnswerEntry:
    """The safety answer inside a check-in, under the check-in's id, for when it must be kept without the rest."""
    return SafetyAnswerEntry(
        id=entry.client_event_id,
        answered_at=entry.answered_at,
        time_zone=entry.time_zone,
        safety_yes=entry.safety_yes,
        other_text=entry.other_text,
    )


def open_warning(
    signs: Collection[str], raised_at: datetime, answers: Sequence[Sign], known: Mapping[str, SafetyItem]
) -> OpenWarning:
    """The warning of an open alert with these signs. `answers`: all since the last acknowledgement, by time."""
    levels = levels_of(signs, known)
    level = safety_level(signs, known) or "urgent"
    given = [one for one in answers if one.yes]
    retracted = {one.retracts for one in answers}
    return OpenWarning(
        level=level,
        signs=tuple(sorted(signs, key=lambda sign: (BY_URGENCY.index(levels[sign]), sign))),
        since=min((one.answered_at for one in given), default=raised_at),
        answers=tuple(one.id for one in given),
        retracted=bool(given) and all(one.id in retracted for one in given),
    )


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


def since_needling(ends: Sequence[datetime], at: datetime) -> timedelta | None:
    """The time since the latest end of a needling session at or before `at`; None when there was none.

    `ends`: in order.
    """
    before = bisect_right(ends, at)
    return at - ends[before - 1] if before else None


def places(regions: tuple[Region, ...]) -> frozenset[tuple[str, str]]:
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


def next_review(now: datetime, zone: ZoneInfo, review: DailyReview) -> datetime:
    """The next time of the daily review on the patient's wall clock after `now`."""
    today = local_day(now, zone)
    at = wall(today, review.at, zone)
    return at if at > now else wall(today + timedelta(days=1), review.at, zone)


def _has_side(region: BodyRegion, side: str) -> bool:
    if not region.lateral:
        return side == "middle"
    return side != "middle" or region.slug in MIDLINE
