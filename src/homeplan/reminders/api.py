"""Routes of the patient's reminders, and of the therapist's view of their outcomes."""

from homeplan.context import Context
from homeplan.delivery.store import addresses_to_ring
from homeplan.http.routes import chart, me
from homeplan.reminders import actions, ledger
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
from homeplan.reminders.store.reminders import reminders_of, settings_and_phone_zone, settings_of
from homeplan.values import UNKNOWN_ZONE, Id


@me.get("reminders")
async def list_reminders(ctx: Context) -> Reminders:
    """The patient's reminders and settings, times to offer, and how many devices can be reached."""
    patient_id = ctx.actor.id
    reminders = await reminders_of(ctx, patient_id)
    settings, phone_zone = await settings_and_phone_zone(ctx, patient_id)
    devices = await addresses_to_ring(ctx, [(ctx.clinic_id, patient_id)])
    return Reminders(
        reminders=reminders,
        settings=settings,
        phone_time_zone=phone_zone,
        suggested=tuple(each for each in SUGGESTED if each.kind not in {kept.kind for kept in reminders}),
        reachable_devices=len(devices.get((ctx.clinic_id, patient_id), ())),
    )


@me.put("reminders/{reminder_id}", audit="reminder.save")
async def save_reminder(ctx: Context, reminder_id: Id, data: ReminderEntry) -> Reminder:
    """Set a reminder; the id is made on the phone. Raises InQuietHours, TooManyReminders, NotFound."""
    return await actions.save_reminder(ctx, ctx.actor.id, reminder_id, data)


@me.delete("reminders/{reminder_id}", audit="reminder.delete")
async def delete_reminder(ctx: Context, reminder_id: Id) -> None:
    """Delete a reminder. Raises NotFound."""
    await actions.delete_reminder(ctx, ctx.actor.id, reminder_id)


@me.post("reminders/{reminder_id}/snooze", audit="reminder.snooze", status=200)
async def snooze_reminder(ctx: Context, reminder_id: Id, data: Snooze) -> Reminder:
    """Ring later today. Raises NotFound, ReminderOff, InQuietHours, TooLateTonight."""
    return await actions.snooze_reminder(ctx, ctx.actor.id, reminder_id, data)


@me.put("reminder-settings", audit="reminder.settings")
async def save_reminder_settings(ctx: Context, data: ReminderSettings) -> ReminderSettings:
    """Quiet hours, daily cap, pause. Raises InQuietHours when the quiet hours cover an enabled reminder."""
    return await actions.save_settings(ctx, ctx.actor.id, data)


@me.put("phone-zone", audit="reminder.zone", status=204)
async def report_phone_zone(ctx: Context, data: PhoneZone) -> None:
    """The app reports the phone's zone at every start; reminders that follow the phone move with it.

    An unknown zone is stored too; reminders then follow the home zone.
    """
    await actions.report_zone(ctx, ctx.actor.id, data.time_zone or UNKNOWN_ZONE)


@chart.get("reminders", audit="reminder.history")
async def read_reminder_history(ctx: Context, patient_id: str) -> History:
    """The patient's reminders and settings, and the outcome of each occurrence of the last 14 days."""
    return History(
        reminders=await reminders_of(ctx, patient_id),
        settings=await settings_of(ctx, patient_id),
        rings=await ledger.past_rings(ctx, patient_id),
    )


routes = [
    list_reminders,
    save_reminder,
    delete_reminder,
    snooze_reminder,
    save_reminder_settings,
    report_phone_zone,
    read_reminder_history,
]
