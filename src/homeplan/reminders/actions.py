"""Changes that a patient makes to reminders: saving, snoozing, deleting, settings, and the zone of the phone."""

from zoneinfo import ZoneInfo

from homeplan.accounts.store import home_zone
from homeplan.clock import local_day, to_ms
from homeplan.context import Context
from homeplan.errors import NotFound
from homeplan.reminders.due import DueTime
from homeplan.reminders.model import (
    MOST_REMINDERS,
    Reminder,
    ReminderEntry,
    ReminderOff,
    ReminderSettings,
    Snooze,
    TooManyReminders,
)
from homeplan.reminders.rules import check_entry, check_settings, next_due, snoozed_until, zone_of
from homeplan.reminders.second_way import store as second_way
from homeplan.reminders.store import occurrences, planning, reminders


async def save_reminder(ctx: Context, patient_id: str, reminder_id: str, entry: ReminderEntry) -> Reminder:
    """Save the reminder and plan its next ring; saving the same again changes nothing.

    Raises Invalid, InQuietHours, TooManyReminders, and NotFound for a reminder of another patient.
    """
    settings, phone_zone = await reminders.settings_and_phone_zone(ctx, patient_id)
    check_entry(entry, settings.quiet)
    kept = {each.id: each for each in await reminders.reminders_of(ctx, patient_id)}
    before = kept.get(reminder_id)
    if before is not None and reminders.entry_of(before) == entry:
        return before
    if before is None and len(kept) >= MOST_REMINDERS:
        raise TooManyReminders
    if not await reminders.save_reminder(ctx, patient_id, reminder_id, entry):
        raise NotFound
    await planning.cancel(ctx, reminder_id)
    if entry.enabled:
        await _plan(ctx, reminder_id, entry, zone_of(entry, await home_zone(ctx, patient_id), phone_zone))
    return await reminders.find_reminder(ctx, patient_id, reminder_id)


async def delete_reminder(ctx: Context, patient_id: str, reminder_id: str) -> None:
    """Delete the reminder; its occurrences stay in the ledger. Raises NotFound."""
    if not await reminders.delete_reminder(ctx, patient_id, reminder_id):
        raise NotFound
    await planning.cancel(ctx, reminder_id)


async def snooze_reminder(ctx: Context, patient_id: str, reminder_id: str, wanted: Snooze) -> Reminder:
    """Ring later instead. Replaces an earlier snooze and a second chance that has not rung yet.

    Raises NotFound, ReminderOff, InQuietHours, TooLateTonight.
    """
    reminder = await reminders.find_reminder(ctx, patient_id, reminder_id)
    if not reminder.enabled:
        raise ReminderOff
    settings, phone_zone = await reminders.settings_and_phone_zone(ctx, patient_id)
    zone = zone_of(reminder, await home_zone(ctx, patient_id), phone_zone)
    until = snoozed_until(wanted, ctx.now, settings.quiet, zone)
    await reminders.set_snooze(ctx, patient_id, reminder_id, to_ms(until))
    await planning.snooze(ctx, reminder_id, DueTime(local_day(ctx.now, zone), until))
    return await reminders.find_reminder(ctx, patient_id, reminder_id)


async def save_settings(ctx: Context, patient_id: str, settings: ReminderSettings) -> ReminderSettings:
    """Save the settings. Raises Invalid, and InQuietHours when they would silence an enabled reminder."""
    check_settings(settings, await reminders.reminders_of(ctx, patient_id))
    await reminders.save_settings(ctx, patient_id, settings)
    return settings


async def report_zone(ctx: Context, patient_id: str, zone: str) -> None:
    """Record the zone that the phone reports; reminders that follow the phone are planned again."""
    if await reminders.save_phone_zone(ctx, patient_id, zone):
        await planning.replan_phone_reminders(ctx, patient_id)


async def forget(ctx: Context, patient_id: str) -> None:
    """Delete the reminders, settings and second way of a patient who leaves; occurrences stay in the ledger."""
    for reminder in await reminders.reminders_of(ctx, patient_id):
        await delete_reminder(ctx, patient_id, reminder.id)
    for reminder_id in await reminders.prompt_reminders_of(ctx, patient_id):
        await delete_reminder(ctx, patient_id, reminder_id)
    await reminders.delete_settings(ctx, patient_id)
    await second_way.delete_choice(ctx, patient_id)


async def _plan(ctx: Context, reminder_id: str, entry: ReminderEntry, zone: ZoneInfo) -> None:
    """Put the next ring of a new or changed reminder into the planning."""
    last_rung = await occurrences.last_day(ctx, reminder_id)
    due = next_due(entry, zone, ctx.now)
    if last_rung is not None and due.day <= last_rung:
        # The day has rung already. A patient who sets a later time wants to hear it, so it rings once more, as after a
        # snooze.
        await planning.ring_again(ctx, reminder_id, due)
        due = next_due(entry, zone, ctx.now, last_rung)
    await planning.plan(ctx, reminder_id, due)
