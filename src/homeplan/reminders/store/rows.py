"""Rows of the reminder tables as values, and values as columns."""

from datetime import date, time

from homeplan.clock import from_ms, from_ms_or_none
from homeplan.db import Row
from homeplan.reminders.due import QueuedReminder
from homeplan.reminders.model import FIRST_SETTINGS, Reminder, ReminderEntry, ReminderKind, ReminderSettings

ENTRY_COLUMNS = "r.kind, r.weekdays, r.wall_time, r.zone_policy, r.second_chance_minutes, r.enabled_at"
SETTINGS_COLUMNS = "s.quiet_from, s.quiet_until, s.daily_cap, s.paused_until"


def to_reminder(row: Row) -> Reminder:
    entry = to_entry(row)
    return Reminder(
        **{name: getattr(entry, name) for name in ReminderEntry.__struct_fields__},
        id=row["id"],
        next_due_at=from_ms(row["due_at"]) if row["due_at"] else None,
        snoozed_until=from_ms_or_none(row["snoozed_until"]),
    )


def to_entry(row: Row) -> ReminderEntry:
    return ReminderEntry(
        kind=ReminderKind(row["kind"]),
        weekdays=row["weekdays"],
        wall_time=time.fromisoformat(row["wall_time"]),
        zone_policy=row["zone_policy"],
        enabled=row["enabled_at"] is not None,
        second_chance_minutes=row["second_chance_minutes"],
    )


def entry_of(reminder: Reminder) -> ReminderEntry:
    """The part of a reminder that the patient sets."""
    return ReminderEntry(**{name: getattr(reminder, name) for name in ReminderEntry.__struct_fields__})


def to_settings(row: Row | None) -> ReminderSettings:
    """The settings in a row; the first settings without a row, or when a join found none."""
    if row is None or row["daily_cap"] is None:
        return FIRST_SETTINGS
    return ReminderSettings(
        quiet_from=_time_or_none(row["quiet_from"]),
        quiet_until=_time_or_none(row["quiet_until"]),
        daily_cap=row["daily_cap"],
        paused_until=None if row["paused_until"] is None else date.fromisoformat(row["paused_until"]),
    )


def from_settings(entry: ReminderSettings) -> dict[str, object]:
    return {
        "quiet_from": None if entry.quiet_from is None else f"{entry.quiet_from:%H:%M}",
        "quiet_until": None if entry.quiet_until is None else f"{entry.quiet_until:%H:%M}",
        "daily_cap": entry.daily_cap,
        "paused_until": None if entry.paused_until is None else entry.paused_until.isoformat(),
    }


def to_queued(row: Row) -> QueuedReminder:
    return QueuedReminder(
        clinic_id=row["clinic_id"],
        reminder_id=row["reminder_id"],
        patient_id=row["patient_id"],
        slot=row["slot"],
        day=date.fromisoformat(row["day"]),
        due_at=from_ms(row["due_at"]),
        asked_at=from_ms(row["asked_at"]),
        entry=to_entry(row),
        settings=to_settings(row),
        home_time_zone=row["time_zone"],
        phone_time_zone=row["phone_time_zone"],
        snoozed_until=from_ms_or_none(row["snoozed_until"]),
    )


def _time_or_none(text: str | None) -> time | None:
    return None if text is None else time.fromisoformat(text)
