"""Whether a due reminder rings, and what a patient may set. Pure."""

from collections.abc import Sequence
from datetime import datetime, time

from homeplan.errors import Invalid
from homeplan.reminders.due import SHORTEST_LIFE, Facts, Occurrence, Ring, Skip
from homeplan.reminders.model import (
    InQuietHours,
    QuietHours,
    ReminderEntry,
    ReminderKind,
    ReminderSettings,
    SilenceReason,
    Slot,
)


def should_ring(occurrence: Occurrence, facts: Facts, now: datetime) -> Ring | Skip:
    """Whether to ring now. When several reasons for silence apply, the first one is given."""
    life = occurrence.deadline_at - now
    reason = SilenceReason.STALE if life < SHORTEST_LIFE else _silence_reason(occurrence, facts, now)
    return Ring(life) if reason is None else Skip(reason)


def _silence_reason(occurrence: Occurrence, facts: Facts, now: datetime) -> SilenceReason | None:
    # In the order in which the reasons explain the silence to a patient.
    if not facts.enabled:
        return SilenceReason.OFF
    if not facts.in_care:
        return SilenceReason.DISCHARGED
    if facts.paused_until is not None and occurrence.day < facts.paused_until:
        return SilenceReason.PAUSED
    if not facts.on_plan:
        return SilenceReason.NO_PLAN
    if facts.left == 0 or _answered(occurrence, facts):
        return SilenceReason.DONE
    if facts.exercise_paused and occurrence.kind is not ReminderKind.CHECKIN:
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
    """Raises Invalid for a time that is not a whole minute, InQuietHours for an enabled time in the quiet hours."""
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
