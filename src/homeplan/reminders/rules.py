"""Due times on a wall clock, the decision whether to ring, the end of a snooze, checks of settings. Pure."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from homeplan.clock import local_day
from homeplan.errors import Invalid
from homeplan.localtime import wall
from homeplan.reminders.due import (
    SHORTEST_LIFE,
    USEFUL_LIFE,
    DueTime,
    Facts,
    Occurrence,
    QueuedReminder,
    Ring,
    RowPlan,
    Skip,
    Wait,
)
from homeplan.reminders.model import (
    NIGHT,
    InQuietHours,
    QuietHours,
    ReminderEntry,
    ReminderKind,
    ReminderSettings,
    SilenceReason,
    Slot,
    Snooze,
    TooLateTonight,
)
from homeplan.values import zone_of_phone

TONIGHT = time(20)
"""The wall time at which a reminder snoozed until tonight rings, unless quiet hours begin before."""

BEFORE_QUIET = timedelta(minutes=30)

_ONE_DAY = timedelta(days=1)
_DAYS_TO_LOOK_AT = 16
"""Counted from the day before `after`: any weekday comes within a week, or within two when a zone skipped a day."""


def zone_of(entry: ReminderEntry, home: str, phone: str | None) -> ZoneInfo:
    """The zone whose wall clock the reminder follows: home, unless the phone reported a zone that is known here.

    Raises ZoneInfoNotFoundError when this machine does not know the home zone.
    """
    return zone_of_phone(phone if entry.zone_policy == "phone" else None, home)


def next_due(reminder: ReminderEntry, zone: ZoneInfo, after: datetime, rung: date | None = None) -> DueTime:
    """The first time after `after` (exclusive) at which the reminder rings on a clock in `zone`.

    Days up to and including `rung` have had their ring: a patient who travels west meets the same wall time twice on
    one day and is reminded once.
    """
    first = local_day(after, zone) - _ONE_DAY
    if rung is not None:
        first = max(first, rung + _ONE_DAY)
    for day in (first + _ONE_DAY * i for i in range(_DAYS_TO_LOOK_AT)):
        if reminder.weekdays & 1 << day.weekday():
            at = wall_instant(day, reminder.wall_time, zone)
            if at is not None and at > after:
                return DueTime(day, at)
    raise ValueError(f"weekdays {reminder.weekdays} name no day")


def wall_instant(day: date, at: time, zone: ZoneInfo) -> datetime | None:
    """The first instant (UTC) at which a clock in `zone` shows `at` on `day`; None for a day that the zone skipped.

    A repeated time means its first pass; a time that a clock change skips means the end of the gap.
    """
    due = wall(day, at, zone)
    if local_day(due, zone) != day and _skipped(day, zone):
        return None
    return due


def plan_row(row: QueuedReminder, zone: ZoneInfo, now: datetime) -> RowPlan:
    """The plan for a due queue row: its occurrence and the reminder's next ring.

    The stored due time is a hint: when the wall clock differs by now (the patient moved, a government changed its
    rules), the ring is planned again. Days before the row's day have had their ring.
    """
    if not row.entry.enabled:
        return RowPlan()
    if row.slot >= Slot.SECOND_WAY or row.slot == Slot.SECOND_CHANCE:
        return RowPlan(occurrence=_occurrence(row, zone, row.due_at, None))
    second_way_at = None if row.second_way_after is None else now + row.second_way_after
    if row.entry.kind is ReminderKind.AFTER_NEEDLING:
        return RowPlan(occurrence=_prompt(row, zone, second_way_at), second_way_at=second_way_at)
    if row.slot != Slot.FIRST:
        return RowPlan(
            occurrence=_occurrence(row, zone, row.due_at, second_way_at),
            second_way_at=second_way_at,
        )
    at = wall_instant(row.day, row.entry.wall_time, zone)
    if at is None or at > now:
        return RowPlan(next_ring=next_due(row.entry, zone, now, rung=row.day - _ONE_DAY))
    second_chance_at = _second_chance(row.entry, at, now) if second_way_at is None else None
    return RowPlan(
        occurrence=_occurrence(row, zone, at, second_way_at or second_chance_at),
        next_ring=next_due(row.entry, zone, now, rung=row.day),
        second_chance_at=second_chance_at,
        second_way_at=second_way_at,
    )


def deadline(due: datetime, next_ring: datetime | None, quiet: QuietHours | None, zone: ZoneInfo) -> datetime:
    """The end of the useful life of a ring due at `due`: two hours later, the next ring or the quiet hours, the
    earliest."""
    ends = [due + USEFUL_LIFE]
    if next_ring is not None:
        ends.append(next_ring)
    if quiet is not None and not in_quiet_hours(due, quiet, zone):
        ends.append(_next_time(due, quiet.quiet_from, zone))
    return min(ends)


def ring_window(now: datetime, quiet: QuietHours | None, zone: ZoneInfo, life: timedelta) -> tuple[datetime, datetime]:
    """The first instant from `now` on that is outside the quiet hours, and the end of a ring's useful life: `life`
    later, or the next quiet hours when they come first."""
    if quiet is None:
        return now, now + life
    due = _next_time(now, quiet.quiet_until, zone) if in_quiet_hours(now, quiet, zone) else now
    return due, min(due + life, _next_time(due, quiet.quiet_from, zone))


def in_quiet_hours(at: datetime, quiet: QuietHours | None, zone: ZoneInfo) -> bool:
    """Whether a clock in `zone` is inside the quiet hours at the instant `at`."""
    return quiet is not None and quiet.cover(at.astimezone(zone).time())


def snoozed_until(snooze: Snooze, now: datetime, quiet: QuietHours | None, zone: ZoneInfo) -> datetime:
    """The instant at which a snoozed reminder rings. Raises InQuietHours, and TooLateTonight in the evening."""
    if snooze.minutes is None:
        return _tonight(now, quiet, zone)
    at = now + timedelta(minutes=snooze.minutes)
    if in_quiet_hours(at, quiet, zone):
        raise InQuietHours(field="minutes")
    return at


def _occurrence(row: QueuedReminder, zone: ZoneInfo, due_at: datetime, next_ring: datetime | None) -> Occurrence:
    return Occurrence(
        kind=row.entry.kind,
        day=row.day,
        slot=row.slot,
        due_at=due_at,
        asked_at=due_at if row.slot == Slot.FIRST else row.asked_at,
        deadline_at=_deadline(row, zone, due_at, next_ring),
    )


def _deadline(row: QueuedReminder, zone: ZoneInfo, due_at: datetime, next_ring: datetime | None) -> datetime:
    silent = (row.settings.quiet, NIGHT) if row.entry.kind is ReminderKind.AFTER_NEEDLING else (row.settings.quiet,)
    return min(deadline(due_at, next_ring, each, zone) for each in silent)


def _prompt(row: QueuedReminder, zone: ZoneInfo, second_way_at: datetime | None) -> Occurrence:
    """The ring of a prompt after needling: at hours since the session, on the local day of that instant."""
    day = local_day(row.due_at, zone)
    return Occurrence(
        kind=row.entry.kind,
        day=day,
        slot=row.slot,
        due_at=row.due_at,
        asked_at=row.asked_at,
        deadline_at=_deadline(row, zone, row.due_at, second_way_at),
    )


def _second_chance(entry: ReminderEntry, at: datetime, now: datetime) -> datetime | None:
    """The instant of the one repeat; None when it is over too, so that several missed rings become one."""
    if entry.second_chance_minutes is None:
        return None
    second_chance_at = at + timedelta(minutes=entry.second_chance_minutes)
    return second_chance_at if second_chance_at > now + SHORTEST_LIFE else None


def _tonight(now: datetime, quiet: QuietHours | None, zone: ZoneInfo) -> datetime:
    day = local_day(now, zone)
    tonight = wall_instant(day, TONIGHT, zone)
    if tonight is not None and quiet is not None and quiet.cover(TONIGHT):
        begins = wall_instant(day, quiet.quiet_from, zone)
        tonight = None if begins is None else begins - BEFORE_QUIET
    if tonight is None or tonight < now + SHORTEST_LIFE or in_quiet_hours(tonight, quiet, zone):
        raise TooLateTonight(field="until")
    return tonight


def _next_time(after: datetime, at: time, zone: ZoneInfo) -> datetime:
    day = local_day(after, zone)
    while True:
        instant = wall_instant(day, at, zone)
        if instant is not None and instant > after:
            return instant
        day += _ONE_DAY


def _skipped(day: date, zone: ZoneInfo) -> bool:
    """Whether no instant belongs to this day, such as 30 December 2011 on Samoa."""
    return wall(day, time.min, zone) == wall(day + _ONE_DAY, time.min, zone)


def should_ring(occurrence: Occurrence, facts: Facts, now: datetime) -> Ring | Wait | Skip:
    """Whether to ring now. When several reasons for silence apply, the first one is given."""
    life = occurrence.deadline_at - now
    reason = SilenceReason.STALE if life < SHORTEST_LIFE else _silence_reason(occurrence, facts, now)
    if reason is not None:
        return Skip(reason)
    is_second_way = occurrence.slot >= Slot.SECOND_WAY
    return Wait() if is_second_way and facts.push == "under-way" else Ring(life)


def _silence_reason(occurrence: Occurrence, facts: Facts, now: datetime) -> SilenceReason | None:
    # In the order in which the reasons explain the silence to a patient.
    if not facts.enabled:
        return SilenceReason.OFF
    if not facts.in_care:
        return SilenceReason.DISCHARGED
    is_prompt = occurrence.kind is ReminderKind.AFTER_NEEDLING
    if facts.paused_until is not None and occurrence.day < facts.paused_until and not is_prompt:
        return SilenceReason.PAUSED
    if not facts.on_plan:
        return SilenceReason.NO_PLAN
    if facts.left == 0 or _answered(occurrence, facts):
        return SilenceReason.DONE
    if occurrence.slot >= Slot.SECOND_WAY and facts.push == "shown":
        return SilenceReason.SHOWN
    if facts.exercise_paused and occurrence.kind in (ReminderKind.EXERCISE, ReminderKind.ACTIVITY):
        return SilenceReason.SAFETY
    if occurrence.slot < Slot.BY_HAND and facts.snoozed_until is not None and now < facts.snoozed_until:
        return SilenceReason.SNOOZED
    if occurrence.slot != Slot.FIRST and facts.in_quiet_hours:
        return SilenceReason.QUIET
    if occurrence.slot < Slot.BY_HAND and facts.rings_today >= facts.daily_cap:
        return SilenceReason.CAP
    return None


def _answered(occurrence: Occurrence, facts: Facts) -> bool:
    """Whether something was logged since the first ring, which makes a repeat unnecessary."""
    return occurrence.slot != Slot.FIRST and facts.logged_at is not None and facts.logged_at >= occurrence.asked_at


def check_entry(entry: ReminderEntry, quiet: QuietHours | None) -> None:
    """Raises Invalid for a time that is not a whole minute and for a kind that nobody sets, InQuietHours for an enabled
    time in the quiet hours."""
    if entry.kind is ReminderKind.AFTER_NEEDLING:
        raise Invalid("This kind of reminder follows a needling session by itself.", field="kind")
    _whole_minute(entry.wall_time, "wallTime")
    if entry.enabled and quiet is not None and quiet.cover(entry.wall_time):
        raise InQuietHours(field="wallTime")


def check_settings(entry: ReminderSettings, reminders: Sequence[ReminderEntry]) -> None:
    """Raises Invalid for incomplete or empty quiet hours, InQuietHours when they cover an enabled reminder."""
    if (entry.quiet_from is None) != (entry.quiet_until is None):
        raise Invalid("Give both quietFrom and quietUntil, or neither.", field="quietFrom")
    if entry.quiet_from is not None and entry.quiet_from == entry.quiet_until:
        raise Invalid("Quiet hours must end at another time than they begin.", field="quietUntil")
    for at, field in ((entry.quiet_from, "quietFrom"), (entry.quiet_until, "quietUntil")):
        if at is not None:
            _whole_minute(at, field)
    for reminder in reminders:
        if reminder.enabled and entry.quiet is not None and entry.quiet.cover(reminder.wall_time):
            raise InQuietHours(
                f"You have a reminder at {reminder.wall_time:%H:%M}. Change it first, or choose other quiet hours.",
                field="quietFrom",
            )


def _whole_minute(at: time, field: str) -> None:
    if at.second or at.microsecond:
        raise Invalid("Give a time in whole minutes.", field=field)
