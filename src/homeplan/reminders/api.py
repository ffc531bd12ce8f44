"""The patient's reminders, and their therapist's view of what became of them."""

import msgspec

from homeplan.context import Context
from homeplan.errors import Invalid
from homeplan.http.routes import chart, me
from homeplan.push.store import devices_to_ring
from homeplan.reminders import ledger, store
from homeplan.reminders.model import (
    SUGGESTED,
    History,
    PhoneZone,
    Reminder,
    ReminderEntry,
    Reminders,
    ReminderSettings,
    Snooze,
)
from homeplan.values import Id


@me.get("reminders", audit="reminder.list")
async def list_reminders(ctx: Context) -> Reminders:
    """The patient's reminders and settings, times to offer, and whether any device can be reached."""
    reminders = await store.reminders_of(ctx, ctx.actor.id)
    devices = await devices_to_ring(ctx, [(ctx.clinic_id, ctx.actor.id)])
    return Reminders(
        reminders=reminders,
        settings=await store.settings_of(ctx, ctx.actor.id),
        phone_time_zone=await store.phone_zone(ctx, ctx.actor.id),
        suggested=tuple(each for each in SUGGESTED if each.kind not in {kept.kind for kept in reminders}),
        reachable_devices=len(devices.get((ctx.clinic_id, ctx.actor.id), ())),
    )


@me.put("reminders/{reminder_id}", audit="reminder.save")
async def save_reminder(ctx: Context, reminder_id: str, data: ReminderEntry) -> Reminder:
    """Set a reminder; the id is made on the phone. Raises InQuietHours, TooManyReminders, NotFound."""
    _check_id(reminder_id)
    return await store.save(ctx, reminder_id, data)


@me.delete("reminders/{reminder_id}", audit="reminder.delete")
async def delete_reminder(ctx: Context, reminder_id: str) -> None:
    """Forget a reminder. Raises NotFound."""
    await store.delete(ctx, reminder_id)


@me.post("reminders/{reminder_id}/snooze", audit="reminder.snooze", status=200)
async def snooze_reminder(ctx: Context, reminder_id: str, data: Snooze) -> Reminder:
    """Ring later today. Raises NotFound, ReminderOff, InQuietHours, TooLateTonight."""
    return await store.snooze(ctx, reminder_id, data)


@me.put("reminder-settings", audit="reminder.settings")
async def save_reminder_settings(ctx: Context, data: ReminderSettings) -> ReminderSettings:
    """Quiet hours, daily cap, pause. Raises InQuietHours when the quiet hours cover a time that is set."""
    return await store.save_settings(ctx, data)


@me.put("phone-zone", audit="reminder.zone", status=204)
async def report_phone_zone(ctx: Context, data: PhoneZone) -> None:
    """The app tells where the phone is, at every start; reminders that follow the phone move with it.

    A zone that is not known here is kept as well, and they go by the clock at home.
    """
    await store.report_zone(ctx, data.time_zone)


@chart.get("reminders", audit="reminder.history")
async def read_reminder_history(ctx: Context, patient_id: str) -> History:
    """What the patient asked to be reminded of, and what became of each ring of the last 14 days."""
    return History(
        reminders=await store.reminders_of(ctx, patient_id),
        settings=await store.settings_of(ctx, patient_id),
        rings=await ledger.past_rings(ctx, patient_id),
    )


def _check_id(reminder_id: str) -> None:
    try:
        msgspec.convert(reminder_id, type=Id)
    except msgspec.ValidationError:
        raise Invalid("An id is 1 to 64 letters, digits, hyphens or underscores.", field="id") from None


routes = [
    list_reminders,
    save_reminder,
    delete_reminder,
    snooze_reminder,
    save_reminder_settings,
    report_phone_zone,
    read_reminder_history,
]
