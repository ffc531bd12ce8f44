"""Reminders and their settings in the database."""

from homeplan.clock import from_ms, from_ms_or_none, to_ms
from homeplan.context import Context
from homeplan.db import Row
from homeplan.errors import NotFound
from homeplan.reminders.model import FIRST_SETTINGS, Reminder, ReminderEntry, ReminderSettings
from homeplan.reminders.store.queue import ENTRY_COLUMNS, SETTINGS_COLUMNS, to_entry, to_settings

_REMINDER = f"""
SELECT r.id, {ENTRY_COLUMNS}, r.snoozed_until,
       (SELECT MIN(d.due_at) FROM reminder_due d WHERE d.clinic_id = r.clinic_id AND d.reminder_id = r.id) AS due_at
  FROM reminders r"""  # noqa: S608 - constants

SELECT_REMINDERS = f"""{_REMINDER}
 WHERE r.clinic_id = :clinic_id AND r.patient_id = :patient_id AND r.deleted_at IS NULL AND r.kind <> 'after-needling'
 ORDER BY r.wall_time, r.id"""


async def reminders_of(ctx: Context, patient_id: str) -> list[Reminder]:
    """The reminders that the patient set, by wall time."""
    rows = await ctx.tx.fetch(SELECT_REMINDERS, clinic_id=ctx.clinic_id, patient_id=patient_id)
    return [to_reminder(row) for row in rows]


SELECT_PROMPT_REMINDERS = """
SELECT id FROM reminders
 WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND kind = 'after-needling' AND deleted_at IS NULL"""


async def prompt_reminders_of(ctx: Context, patient_id: str) -> list[str]:
    """The ids of the reminders of prompts after needling, which the patient does not see."""
    rows = await ctx.tx.fetch(SELECT_PROMPT_REMINDERS, clinic_id=ctx.clinic_id, patient_id=patient_id)
    return [row["id"] for row in rows]


SELECT_REMINDER = f"""{_REMINDER}
 WHERE r.clinic_id = :clinic_id AND r.patient_id = :patient_id AND r.id = :id AND r.deleted_at IS NULL"""


async def find_reminder(ctx: Context, patient_id: str, reminder_id: str) -> Reminder:
    """That reminder of that patient. Raises NotFound."""
    row = await ctx.tx.fetch_one(SELECT_REMINDER, clinic_id=ctx.clinic_id, patient_id=patient_id, id=reminder_id)
    if row is None:
        raise NotFound
    return to_reminder(row)


UPSERT_REMINDER = """
INSERT INTO reminders (clinic_id, id, patient_id, kind, weekdays, wall_time, zone_policy, second_chance_minutes,
                       enabled_at, updated_at)
VALUES (:clinic_id, :id, :patient_id, :kind, :weekdays, :wall_time, :zone_policy, :second_chance_minutes,
        :enabled_at, :now)
ON CONFLICT (clinic_id, id) DO UPDATE
   SET kind = excluded.kind, weekdays = excluded.weekdays, wall_time = excluded.wall_time,
       zone_policy = excluded.zone_policy, second_chance_minutes = excluded.second_chance_minutes,
       enabled_at = excluded.enabled_at, snoozed_until = NULL, deleted_at = NULL, updated_at = excluded.updated_at
 WHERE reminders.patient_id = excluded.patient_id"""


async def save_reminder(ctx: Context, patient_id: str, reminder_id: str, entry: ReminderEntry) -> bool:
    """Insert or overwrite the reminder. Returns False when the id belongs to another patient's reminder."""
    saved = await ctx.tx.execute(
        UPSERT_REMINDER,
        clinic_id=ctx.clinic_id,
        id=reminder_id,
        patient_id=patient_id,
        kind=entry.kind.value,
        weekdays=entry.weekdays,
        wall_time=f"{entry.wall_time:%H:%M}",
        zone_policy=entry.zone_policy,
        second_chance_minutes=entry.second_chance_minutes,
        enabled_at=to_ms(ctx.now) if entry.enabled else None,
        now=to_ms(ctx.now),
    )
    return saved > 0


DELETE_REMINDER = """
UPDATE reminders SET deleted_at = :now, enabled_at = NULL, snoozed_until = NULL, updated_at = :now
 WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND id = :id AND deleted_at IS NULL"""


async def delete_reminder(ctx: Context, patient_id: str, reminder_id: str) -> bool:
    """Mark the reminder as deleted. Returns False when there is none."""
    deleted = await ctx.tx.execute(
        DELETE_REMINDER, clinic_id=ctx.clinic_id, patient_id=patient_id, id=reminder_id, now=to_ms(ctx.now)
    )
    return deleted > 0


SNOOZE = """
UPDATE reminders SET snoozed_until = :until, updated_at = :now
 WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND id = :id"""


async def set_snooze(ctx: Context, patient_id: str, reminder_id: str, until_ms: int) -> None:
    """Record until when the reminder is snoozed."""
    await ctx.tx.execute(
        SNOOZE,
        clinic_id=ctx.clinic_id,
        patient_id=patient_id,
        id=reminder_id,
        until=until_ms,
        now=to_ms(ctx.now),
    )


SELECT_SETTINGS = f"""
SELECT {SETTINGS_COLUMNS}, s.phone_time_zone FROM reminder_settings s
 WHERE s.clinic_id = :clinic_id AND s.patient_id = :patient_id"""  # noqa: S608 - constants


async def settings_of(ctx: Context, patient_id: str) -> ReminderSettings:
    """The patient's settings, or the first settings."""
    return (await settings_and_phone_zone(ctx, patient_id))[0]


async def settings_and_phone_zone(ctx: Context, patient_id: str) -> tuple[ReminderSettings, str | None]:
    """The patient's settings, and the zone that the phone last reported."""
    row = await ctx.tx.fetch_one(SELECT_SETTINGS, clinic_id=ctx.clinic_id, patient_id=patient_id)
    return to_settings(row), None if row is None else row["phone_time_zone"]


UPSERT_SETTINGS = """
INSERT INTO reminder_settings (clinic_id, patient_id, quiet_from, quiet_until, daily_cap, paused_until)
VALUES (:clinic_id, :patient_id, :quiet_from, :quiet_until, :daily_cap, :paused_until)
ON CONFLICT (clinic_id, patient_id) DO UPDATE
   SET quiet_from = excluded.quiet_from, quiet_until = excluded.quiet_until, daily_cap = excluded.daily_cap,
       paused_until = excluded.paused_until"""


async def save_settings(ctx: Context, patient_id: str, settings: ReminderSettings) -> None:
    """Overwrite the patient's settings; the zone of the phone stays."""
    await ctx.tx.execute(UPSERT_SETTINGS, clinic_id=ctx.clinic_id, patient_id=patient_id, **from_settings(settings))


UPSERT_ZONE = """
INSERT INTO reminder_settings (clinic_id, patient_id, quiet_from, quiet_until, daily_cap, paused_until, phone_time_zone)
VALUES (:clinic_id, :patient_id, :quiet_from, :quiet_until, :daily_cap, :paused_until, :zone)
ON CONFLICT (clinic_id, patient_id) DO UPDATE SET phone_time_zone = excluded.phone_time_zone
 WHERE reminder_settings.phone_time_zone IS NULL OR reminder_settings.phone_time_zone <> excluded.phone_time_zone"""


async def save_phone_zone(ctx: Context, patient_id: str, zone: str) -> bool:
    """Record the zone of the phone. Returns whether it is another one than before."""
    changed = await ctx.tx.execute(
        UPSERT_ZONE, clinic_id=ctx.clinic_id, patient_id=patient_id, zone=zone, **from_settings(FIRST_SETTINGS)
    )
    return changed > 0


DELETE_SETTINGS = "DELETE FROM reminder_settings WHERE clinic_id = :clinic_id AND patient_id = :patient_id"


async def delete_settings(ctx: Context, patient_id: str) -> None:
    """Delete the patient's settings and the zone of the phone."""
    await ctx.tx.execute(DELETE_SETTINGS, clinic_id=ctx.clinic_id, patient_id=patient_id)


def to_reminder(row: Row) -> Reminder:
    entry = to_entry(row)
    return Reminder(
        **{name: getattr(entry, name) for name in ReminderEntry.__struct_fields__},
        id=row["id"],
        next_due_at=from_ms(row["due_at"]) if row["due_at"] else None,
        snoozed_until=from_ms_or_none(row["snoozed_until"]),
    )


def entry_of(reminder: Reminder) -> ReminderEntry:
    """The part of a reminder that the patient sets."""
    return ReminderEntry(**{name: getattr(reminder, name) for name in ReminderEntry.__struct_fields__})


def from_settings(entry: ReminderSettings) -> dict[str, object]:
    return {
        "quiet_from": None if entry.quiet_from is None else f"{entry.quiet_from:%H:%M}",
        "quiet_until": None if entry.quiet_until is None else f"{entry.quiet_until:%H:%M}",
        "daily_cap": entry.daily_cap,
        "paused_until": None if entry.paused_until is None else entry.paused_until.isoformat(),
    }
