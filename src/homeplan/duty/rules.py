"""Whether a clinic is open, who is on duty, and what is missing ahead: pure decisions in the clinic's own zone."""

from collections.abc import Collection, Iterator
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from homeplan.clock import local_day
from homeplan.duty.model import (
    MIDNIGHT,
    Cover,
    Duty,
    DutyEntry,
    DutySettings,
    Gaps,
    HoursInvalid,
    OpenTime,
    RosterInvalid,
    Span,
)
from homeplan.localtime import start_of_day, wall, weekday_bit
from homeplan.values import zone

LOOK_AHEAD_DAYS = 400
"""Days in which the next opening is searched: more than a year of holidays."""
DAY = timedelta(days=1)
PAST_MIDNIGHT = "Hours past midnight are entered on two days: until 00:00 on the first, from 00:00 on the next."


def check(settings: DutySettings, staff_ids: Collection[str]) -> None:
    """Raises HoursInvalid, RosterInvalid, and Invalid for an unknown zone. `staff_ids`: who works at the clinic."""
    if settings.hours is not None:
        zone(settings.hours.time_zone, field="hours.timeZone")
        _check_week(settings.hours.week)
        days = [each.day for each in settings.hours.holidays]
        if len(days) != len(set(days)):
            raise HoursInvalid("A holiday is on the list twice.", field="hours.holidays")
    named = [(each.staff_id, each.first_day, each.last_day) for each in settings.roster.entries]
    named += [(each.staff_id, each.first_day, each.last_day) for each in settings.roster.covers]
    for staff_id, first, last in named:
        if staff_id not in staff_ids or (first is not None and last is not None and last < first):
            raise RosterInvalid(field="roster")
    for cover in settings.roster.covers:
        is_half_dated = (cover.first_day is None) != (cover.last_day is None)
        if cover.cover_id not in staff_ids or cover.cover_id == cover.staff_id or is_half_dated:
            raise RosterInvalid(field="roster.covers")
    for ids in ([each.id for each in settings.roster.entries], [each.id for each in settings.roster.covers]):
        if len(ids) != len(set(ids)):
            raise RosterInvalid("Two rows have the same id.", field="roster")


def _check_week(week: Collection[OpenTime]) -> None:
    ordered = sorted(week, key=lambda each: (each.weekday, each.opens))
    for each in ordered:
        if each.closes < each.opens and each.closes != MIDNIGHT:
            raise HoursInvalid(PAST_MIDNIGHT, field="hours.week")
        if each.closes == each.opens != MIDNIGHT:
            raise HoursInvalid(field="hours.week")
    for one, other in pairwise(ordered):
        if one.weekday == other.weekday and (one.closes == MIDNIGHT or other.opens < one.closes):
            raise HoursInvalid(field="hours.week")


def open_spans(duty: Duty, day: date) -> list[Span]:
    """The stretches of that local day in which the clinic is open, in order; none on a holiday.

    A stretch that the night of a clock change swallows is left out. Without hours it is the whole day.
    """
    if duty.week is None:
        return [Span(begins_at=start_of_day(day, duty.zone), ends_at=start_of_day(day + DAY, duty.zone))]
    if day in duty.holidays:
        return []
    stretches = sorted((each.opens, each.closes) for each in duty.week if each.weekday == day.weekday())
    spans = [
        Span(begins_at=wall(day, opens, duty.zone), ends_at=_end(duty, day, closes)) for opens, closes in stretches
    ]
    return [each for each in spans if each.begins_at < each.ends_at]


def _end(duty: Duty, day: date, closes: time) -> datetime:
    """The instant at which a stretch of that day ends; 00:00 is the midnight after it."""
    return start_of_day(day + DAY, duty.zone) if closes == MIDNIGHT else wall(day, closes, duty.zone)


def is_open(duty: Duty, at: datetime) -> bool:
    """Whether the clinic is open at that instant; the closing time itself is closed."""
    return any(each.begins_at <= at < each.ends_at for each in open_spans(duty, local_day(at, duty.zone)))


def next_opening(duty: Duty, at: datetime) -> datetime | None:
    """`at` itself while the clinic is open, otherwise the next instant at which it opens; None within 400 days."""
    for day in _days_from(duty, at):
        for span in open_spans(duty, day):
            if at < span.ends_at:
                return max(at, span.begins_at)
    return None


def openings(duty: Duty, at: datetime, days: int) -> list[Span]:
    """The stretches in which the clinic is open in the `days` local days from that of `at` on, in order.

    Those that adjoin are one: a night that was entered on two days.
    """
    first = local_day(at, duty.zone)
    found: list[Span] = []
    for span in (each for ahead in range(days) for each in open_spans(duty, first + ahead * DAY)):
        begins_at = found.pop().begins_at if found and found[-1].ends_at == span.begins_at else span.begins_at
        found.append(Span(begins_at=begins_at, ends_at=span.ends_at))
    return [each for each in found if at < each.ends_at]


def is_working_day(duty: Duty, day: date) -> bool:
    """Whether the clinic opens at all on that local day."""
    return bool(open_spans(duty, day))


def working_days_since(duty: Duty, since: datetime, now: datetime) -> int:
    """Number of working days that began after the local day of `since`, up to and including the one of `now`."""
    day, today = local_day(since, duty.zone), local_day(now, duty.zone)
    days = (today - day).days
    return sum(is_working_day(duty, day + ahead * DAY) for ahead in range(1, min(days, LOOK_AHEAD_DAYS) + 1))


def last_digest(duty: Duty, at: datetime) -> datetime | None:
    """The latest digest time of a working day up to and including `at`; None within 400 days."""
    today = local_day(at, duty.zone)
    found = (_digest(duty, today - back * DAY) for back in range(LOOK_AHEAD_DAYS))
    return next((each for each in found if each is not None and each <= at), None)


def next_digest(duty: Duty, at: datetime) -> datetime | None:
    """The first digest time of a working day after `at`; None within 400 days."""
    found = (_digest(duty, day) for day in _days_from(duty, at))
    return next((each for each in found if each is not None and each > at), None)


def _digest(duty: Duty, day: date) -> datetime | None:
    return wall(day, duty.digest_at, duty.zone) if is_working_day(duty, day) else None


def is_absent(duty: Duty, staff_id: str, day: date) -> bool:
    """Whether a cover with days replaces the member of staff on that day."""
    return any(each.staff_id == staff_id and _is_dated_for(each, day) for each in duty.covers)


def covers_of(duty: Duty, staff_id: str, day: date) -> tuple[str, ...]:
    """The cover persons: of an absence on that day, else the standing ones. Who is absent too is left out."""
    mine = [each for each in duty.covers if each.staff_id == staff_id]
    dated = [each for each in mine if _is_dated_for(each, day)]
    chosen = dated or [each for each in mine if each.first_day is None]
    return _once(each.cover_id for each in chosen if not is_absent(duty, each.cover_id, day))


def on_duty(duty: Duty, at: datetime) -> tuple[str, ...]:
    """The staff on duty during clinic hours, or on call outside them; cover persons take the place of who is absent.

    Without hours both count at every hour.
    """
    day = local_day(at, duty.zone)
    wanted = ("duty", "on-call") if duty.week is None else ("duty",) if is_open(duty, at) else ("on-call",)
    listed = [each.staff_id for each in duty.entries if each.kind in wanted and _is_on(each, day)]
    return _once(
        person
        for staff_id in listed
        for person in (covers_of(duty, staff_id, day) if is_absent(duty, staff_id, day) else (staff_id,))
    )


def next_attended(duty: Duty, at: datetime) -> datetime | None:
    """The first instant from `at` on at which the clinic is open or somebody is on call; None within 400 days."""
    for day in _days_from(duty, at):
        for begins_at, ends_at in _stretches(duty, day):
            if at < ends_at and (is_open(duty, begins_at) or on_duty(duty, begins_at)):
                return max(at, begins_at)
    return None


def nobody_on_duty(duty: Duty, begins_at: datetime, ends_at: datetime) -> list[Span]:
    """The clinic hours between the two instants in which nobody is on duty, in order, adjoining ones joined."""
    found: list[Span] = []
    for day in _days_from(duty, begins_at):
        if start_of_day(day, duty.zone) >= ends_at:
            break
        for span in open_spans(duty, day):
            first, last = max(span.begins_at, begins_at), min(span.ends_at, ends_at)
            if first >= last or on_duty(duty, first):
                continue
            if found and found[-1].ends_at == first:
                first = found.pop().begins_at
            found.append(Span(begins_at=first, ends_at=last))
    return found


def on_call_spans(duty: Duty, begins_at: datetime, ends_at: datetime) -> list[Span]:
    """The times outside clinic hours between the two instants in which somebody is on call, adjoining ones joined."""
    found: list[Span] = []
    for day in _days_from(duty, begins_at):
        if start_of_day(day, duty.zone) >= ends_at:
            break
        for from_at, until_at in _stretches(duty, day):
            first, last = max(from_at, begins_at), min(until_at, ends_at)
            if first >= last or is_open(duty, first) or not on_duty(duty, first):
                continue
            if found and found[-1].ends_at == first:
                first = found.pop().begins_at
            found.append(Span(begins_at=first, ends_at=last))
    return found


def duty_begins(duty: Duty, begins_at: datetime, ends_at: datetime) -> dict[str, datetime]:
    """Everybody who is on duty or on call between the two instants, with the first instant of it."""
    found: dict[str, datetime] = {}
    for day in _days_from(duty, begins_at):
        if start_of_day(day, duty.zone) >= ends_at:
            break
        for first, last in _stretches(duty, day):
            at = max(first, begins_at)
            if at < min(last, ends_at):
                for staff_id in on_duty(duty, at):
                    found.setdefault(staff_id, at)
    return found


def is_more(gaps: Gaps, known: Gaps) -> bool:
    """Whether something is missing that was not missing at the check before."""
    known_people = {each.id for each in known.without_channel}
    return (
        (gaps.no_hours and not known.no_hours)
        or any(each.id not in known_people for each in gaps.without_channel)
        or any(
            not any(old.begins_at <= each.ends_at and each.begins_at <= old.ends_at for old in known.nobody_on_duty)
            for each in gaps.nobody_on_duty
        )
    )


def _stretches(duty: Duty, day: date) -> list[tuple[datetime, datetime]]:
    """The local day cut at its openings and closings: nobody's duty begins or ends within one."""
    cuts = {start_of_day(day, duty.zone), start_of_day(day + DAY, duty.zone)}
    for span in open_spans(duty, day):
        cuts |= {span.begins_at, span.ends_at}
    ordered = sorted(cuts)
    return list(pairwise(ordered))


def _days_from(duty: Duty, at: datetime) -> Iterator[date]:
    first = local_day(at, duty.zone)
    return (first + ahead * DAY for ahead in range(LOOK_AHEAD_DAYS))


def _is_on(entry: DutyEntry, day: date) -> bool:
    is_begun = entry.first_day is None or entry.first_day <= day
    is_over = entry.last_day is not None and entry.last_day < day
    return is_begun and not is_over and bool(entry.weekdays & weekday_bit(day))


def _is_dated_for(cover: Cover, day: date) -> bool:
    return cover.first_day is not None and cover.last_day is not None and cover.first_day <= day <= cover.last_day


def _once(ids: Iterator[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(ids))
