"""A patient's reminders and their settings."""

from zoneinfo import ZoneInfo

from homeplan.clock import local_day, to_ms
from homeplan.context import Context
from homeplan.errors import NotFound
from homeplan.reminders import queue
from homeplan.reminders.model import (
    FIRST_SETTINGS,
    MOST_REMINDERS,
    Reminder,
    ReminderEntry,
    ReminderOff,
    ReminderSettings,
    Snooze,
    TooManyReminders,
)
from homeplan.reminders.moments import Due, zone_of
from homeplan.reminders.rows import (
    ENTRY_COLUMNS,
    SETTINGS_COLUMNS,
    entry_of,
    from_settings,
    to_reminder,
    to_settings,
)
from homeplan.reminders.rules import check_entry, check_settings
from homeplan.reminders.schedule import next_due, snoozed_until

_REMINDER = f"""
SELECT r.id, {ENTRY_COLUMNS}, r.snoozed_until,
       (SELECT MIN(d.due_at) FROM reminder_due d WHERE d.clinic_id = r.clinic_id AND d.reminder_id = r.id) AS due_at
  FROM reminders r"""  # noqa: S608 - constants

SELECT_REMINDERS = f"""{_REMINDER}
 WHERE r.clinic_id = :clinic_id AND r.patient_id = :patient_id AND r.deleted_at IS NULL
 ORDER BY r.wall_time, r.id"""

SELECT_REMINDER = f"""{_REMINDER}
 WHERE r.clinic_id = :clinic_id AND r.patient_id = :patient_id AND r.id = :id AND r.deleted_at IS NULL"""

SELECT_SETTINGS = f"""
SELECT {SETTINGS_COLUMNS} FROM reminder_settings s
 WHERE s.clinic_id = :clinic_id AND s.patient_id = :patient_id"""  # noqa: S608 - constants

SELECT_ZONES = """
SELECT p.time_zone, s.phone_time_zone FROM patients p
  LEFT JOIN reminder_settings s ON s.clinic_id = p.clinic_id AND s.patient_id = p.id
 WHERE p.clinic_id = :clinic_id AND p.id = :patient_id"""

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

DELETE_REMINDER = """
UPDATE reminders SET deleted_at = :now, enabled_at = NULL, snoozed_until = NULL, updated_at = :now
 WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND id = :id AND deleted_at IS NULL"""

SNOOZE = """
UPDATE reminders SET snoozed_until = :until, updated_at = :now
 WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND id = :id"""

UPSERT_SETTINGS = """
INSERT INTO reminder_settings (clinic_id, patient_id, quiet_from, quiet_until, daily_cap, paused_until)
VALUES (:clinic_id, :patient_id, :quiet_from, :quiet_until, :daily_cap, :paused_until)
ON CONFLICT (clinic_id, patient_id) DO UPDATE
   SET quiet_from = excluded.quiet_from, quiet_until = excluded.quiet_until, daily_cap = excluded.daily_cap,
       paused_until = excluded.paused_until"""

UPSERT_ZONE = """
INSERT INTO reminder_settings (clinic_id, patient_id, quiet_from, quiet_until, daily_cap, paused_until, phone_time_zone)
VALUES (:clinic_id, :patient_id, :quiet_from, :quiet_until, :daily_cap, :paused_until, :zone)
ON CONFLICT (clinic_id, patient_id) DO UPDATE SET phone_time_zone = excluded.phone_time_zone
 WHERE reminder_settings.phone_time_zone IS NULL OR reminder_settings.phone_time_zone <> excluded.phone_time_zone"""


async def reminders_of(ctx: Context, patient_id: str) -> list[Reminder]:
    """All reminders that the patient keeps, by wall time."""
    rows = await ctx.tx.fetch(SELECT_REMINDERS, clinic_id=ctx.clinic_id, patient_id=patient_id)
    return [to_reminder(row) for row in rows]


async def settings_of(ctx: Context, patient_id: str) -> ReminderSettings:
    """The patient's settings, or the first ones."""
    row = await ctx.tx.fetch_one(SELECT_SETTINGS, clinic_id=ctx.clinic_id, patient_id=patient_id)
    return to_settings(row)


async def save(ctx: Context, reminder_id: str, entry: ReminderEntry) -> Reminder:
    """Keep the reminder as set and plan its next ring; saving the same again changes nothing.

    Raises Invalid, InQuietHours, TooManyReminders, and NotFound for a reminder of somebody else.
    """
    settings = await settings_of(ctx, ctx.actor.id)
    check_entry(entry, settings.quiet)
    kept = {each.id: each for each in await reminders_of(ctx, ctx.actor.id)}
    before = kept.get(reminder_id)
    if before is not None and entry_of(before) == entry:
        return before
    if before is None and len(kept) >= MOST_REMINDERS:
        raise TooManyReminders
    saved = await ctx.tx.execute(
        UPSERT_REMINDER,
        clinic_id=ctx.clinic_id,
        id=reminder_id,
        patient_id=ctx.actor.id,
        kind=entry.kind.value,
        weekdays=entry.weekdays,
        wall_time=f"{entry.wall_time:%H:%M}",
        zone_policy=entry.zone_policy,
        second_chance_minutes=entry.second_chance_minutes,
        enabled_at=to_ms(ctx.now) if entry.enabled else None,
        now=to_ms(ctx.now),
    )
    if not saved:
        raise NotFound
    await queue.withdraw(ctx, reminder_id)
    if entry.enabled:
        zone = await _zone(ctx, entry)
        rung = await queue.last_day(ctx, reminder_id)
        due = next_due(entry, zone, ctx.now)
        if rung is not None and due.day <= rung:
            # The day has had its ring. Whoever sets a later time wants to hear it: once more, as after a snooze.
            await queue.repeat(ctx, reminder_id, due)
            due = next_due(entry, zone, ctx.now, rung)
        await queue.plan(ctx, reminder_id, due)
    return await find(ctx, reminder_id)


async def find(ctx: Context, reminder_id: str) -> Reminder:
    """The patient's reminder. Raises NotFound."""
    row = await ctx.tx.fetch_one(SELECT_REMINDER, clinic_id=ctx.clinic_id, patient_id=ctx.actor.id, id=reminder_id)
    if row is None:
        raise NotFound
    return to_reminder(row)


async def delete(ctx: Context, reminder_id: str) -> None:
    """Forget the reminder; what it did stays in the ledger. Raises NotFound."""
    deleted = await ctx.tx.execute(
        DELETE_REMINDER,
        clinic_id=ctx.clinic_id,
        patient_id=ctx.actor.id,
        id=reminder_id,
        now=to_ms(ctx.now),
    )
    if not deleted:
        raise NotFound
    await queue.withdraw(ctx, reminder_id)


async def snooze(ctx: Context, reminder_id: str, wanted: Snooze) -> Reminder:
    """Ring later instead. Replaces an earlier snooze and the second chance that was still to come.

    Raises NotFound, ReminderOff, InQuietHours, TooLateTonight.
    """
    reminder = await find(ctx, reminder_id)
    if not reminder.enabled:
        raise ReminderOff
    settings = await settings_of(ctx, ctx.actor.id)
    zone = await _zone(ctx, reminder)
    until = snoozed_until(wanted, ctx.now, settings.quiet, zone)
    await ctx.tx.execute(
        SNOOZE,
        clinic_id=ctx.clinic_id,
        patient_id=ctx.actor.id,
        id=reminder_id,
        until=to_ms(until),
        now=to_ms(ctx.now),
    )
    await queue.postpone(ctx, reminder_id, Due(local_day(ctx.now, zone), until))
    return await find(ctx, reminder_id)


async def save_settings(ctx: Context, settings: ReminderSettings) -> ReminderSettings:
    """Keep the settings. Raises Invalid, and InQuietHours when they would silence a set time."""
    check_settings(settings, await reminders_of(ctx, ctx.actor.id))
    await ctx.tx.execute(UPSERT_SETTINGS, clinic_id=ctx.clinic_id, patient_id=ctx.actor.id, **from_settings(settings))
    return settings


async def phone_zone(ctx: Context, patient_id: str) -> str | None:
    """Where the phone last said it was."""
    row = await ctx.tx.fetch_one(SELECT_ZONES, clinic_id=ctx.clinic_id, patient_id=patient_id)
    zone: str | None = None if row is None else row["phone_time_zone"]
    return zone


async def report_zone(ctx: Context, said: str) -> None:
    """The phone says that it is in this zone now: what follows the phone is planned anew."""
    moved = await ctx.tx.execute(
        UPSERT_ZONE,
        clinic_id=ctx.clinic_id,
        patient_id=ctx.actor.id,
        zone=said,
        **from_settings(FIRST_SETTINGS),
    )
    if moved:
        await queue.replan_followers(ctx, ctx.actor.id)


async def _zone(ctx: Context, entry: ReminderEntry) -> ZoneInfo:
    row = await ctx.tx.fetch_one(SELECT_ZONES, clinic_id=ctx.clinic_id, patient_id=ctx.actor.id)
    if row is None:
        raise NotFound
    return zone_of(entry, row["time_zone"], row["phone_time_zone"])
