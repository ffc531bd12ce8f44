"""The patient's reminders, and their therapist's view of what became of them."""

import msgspec
from litestar import delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from homeplan.accounts.audit import record
from homeplan.accounts.model import Scope
from homeplan.clock import Clock
from homeplan.db import Database, Tx
from homeplan.errors import Invalid
from homeplan.http.access import Access
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


@get("/api/me/reminders", access=Access.PATIENT, operation_id="listReminders", audit="reminder.list")
async def list_reminders(
    who: NamedDependency[Scope], db: NamedDependency[Database], clock: NamedDependency[Clock]
) -> Reminders:
    """The patient's reminders and settings, times to offer, and whether any device can be reached."""

    async def work(tx: Tx) -> Reminders:
        reminders = await store.reminders_of(tx, who.clinic_id, who.actor_id)
        devices = await devices_to_ring(tx, [(who.clinic_id, who.actor_id)])
        await record(tx, who, clock.now(), action="reminder.list", patient_id=who.actor_id)
        return Reminders(
            reminders=reminders,
            settings=await store.settings_of(tx, who.clinic_id, who.actor_id),
            phone_time_zone=await store.phone_zone(tx, who.clinic_id, who.actor_id),
            suggested=tuple(each for each in SUGGESTED if each.kind not in {kept.kind for kept in reminders}),
            reachable_devices=len(devices.get((who.clinic_id, who.actor_id), ())),
        )

    return await db.write(work)


@put(
    "/api/me/reminders/{reminder_id:str}",
    access=Access.PATIENT,
    operation_id="saveReminder",
    status_code=200,
    audit="reminder.save",
)
async def save_reminder(
    reminder_id: FromPath[str],
    data: JSONBody[ReminderEntry],
    who: NamedDependency[Scope],
    db: NamedDependency[Database],
    clock: NamedDependency[Clock],
) -> Reminder:
    """Set a reminder; the id is made on the phone. Raises InQuietHours, TooManyReminders, NotFound."""
    now = clock.now()
    _check_id(reminder_id)

    async def work(tx: Tx) -> Reminder:
        saved = await store.save(tx, who, reminder_id, data, now)
        await record(tx, who, now, action="reminder.save", object_id=reminder_id, patient_id=who.actor_id)
        return saved

    return await db.write(work)


@delete(
    "/api/me/reminders/{reminder_id:str}",
    access=Access.PATIENT,
    operation_id="deleteReminder",
    status_code=204,
    audit="reminder.delete",
)
async def delete_reminder(
    reminder_id: FromPath[str],
    who: NamedDependency[Scope],
    db: NamedDependency[Database],
    clock: NamedDependency[Clock],
) -> None:
    """Forget a reminder. Raises NotFound."""
    now = clock.now()

    async def work(tx: Tx) -> None:
        await store.delete(tx, who, reminder_id, now)
        await record(tx, who, now, action="reminder.delete", object_id=reminder_id, patient_id=who.actor_id)

    await db.write(work)


@post(
    "/api/me/reminders/{reminder_id:str}/snooze",
    access=Access.PATIENT,
    operation_id="snoozeReminder",
    status_code=200,
    audit="reminder.snooze",
)
async def snooze_reminder(
    reminder_id: FromPath[str],
    data: JSONBody[Snooze],
    who: NamedDependency[Scope],
    db: NamedDependency[Database],
    clock: NamedDependency[Clock],
) -> Reminder:
    """Ring later today. Raises NotFound, ReminderOff, InQuietHours, TooLateTonight."""
    now = clock.now()

    async def work(tx: Tx) -> Reminder:
        snoozed = await store.snooze(tx, who, reminder_id, data, now)
        await record(tx, who, now, action="reminder.snooze", object_id=reminder_id, patient_id=who.actor_id)
        return snoozed

    return await db.write(work)


@put(
    "/api/me/reminder-settings",
    access=Access.PATIENT,
    operation_id="saveReminderSettings",
    status_code=200,
    audit="reminder.settings",
)
async def save_reminder_settings(
    data: JSONBody[ReminderSettings],
    who: NamedDependency[Scope],
    db: NamedDependency[Database],
    clock: NamedDependency[Clock],
) -> ReminderSettings:
    """Quiet hours, daily cap, pause. Raises InQuietHours when the quiet hours cover a time that is set."""

    async def work(tx: Tx) -> ReminderSettings:
        saved = await store.save_settings(tx, who, data)
        await record(tx, who, clock.now(), action="reminder.settings", patient_id=who.actor_id)
        return saved

    return await db.write(work)


@put(
    "/api/me/phone-zone",
    access=Access.PATIENT,
    operation_id="reportPhoneZone",
    status_code=204,
    audit="reminder.zone",
)
async def report_phone_zone(
    data: JSONBody[PhoneZone],
    who: NamedDependency[Scope],
    db: NamedDependency[Database],
    clock: NamedDependency[Clock],
) -> None:
    """The app tells where the phone is, at every start; reminders that follow the phone move with it.

    A zone that is not known here is kept as well, and they go by the clock at home.
    """

    async def work(tx: Tx) -> None:
        await store.report_zone(tx, who, data.time_zone)
        await record(tx, who, clock.now(), action="reminder.zone", patient_id=who.actor_id)

    await db.write(work)


@get(
    "/api/patients/{patient_id:str}/reminders",
    access=Access.CHART,
    operation_id="readReminderHistory",
    audit="reminder.history",
)
async def read_reminder_history(
    patient_id: FromPath[str],
    who: NamedDependency[Scope],
    db: NamedDependency[Database],
    clock: NamedDependency[Clock],
) -> History:
    """What the patient asked to be reminded of, and what became of each ring of the last 14 days."""
    now = clock.now()

    async def work(tx: Tx) -> History:
        history = History(
            reminders=await store.reminders_of(tx, who.clinic_id, patient_id),
            settings=await store.settings_of(tx, who.clinic_id, patient_id),
            rings=await ledger.past_rings(tx, who.clinic_id, patient_id, now),
        )
        await record(tx, who, now, action="reminder.history", patient_id=patient_id)
        return history

    return await db.write(work)


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
