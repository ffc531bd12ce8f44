"""The queue of due reminders, as the worker reads it: in its own order, so that a tick costs what is due."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta

from homeplan.backlog import Backlog, backlog
from homeplan.clock import from_ms, from_ms_or_none, to_ms
from homeplan.context import Context
from homeplan.db import Row
from homeplan.delivery.model import Address, Mailbox, Recipient, SmsNumber
from homeplan.reminders.due import OUTDATED, DueTime, Occurrence, QueuedReminder, RowPlan
from homeplan.reminders.model import FIRST_SETTINGS, ReminderEntry, ReminderKind, ReminderSettings
from homeplan.reminders.second_way.model import SecondWay

ENTRY_COLUMNS = "r.kind, r.weekdays, r.wall_time, r.zone_policy, r.second_chance_minutes, r.enabled_at"
SETTINGS_COLUMNS = "s.quiet_from, s.quiet_until, s.daily_cap, s.paused_until"

# ORDER BY makes PostgreSQL use the index; otherwise it reads the whole table, expecting a due row soon.
PEEK = "SELECT due_at FROM reminder_due WHERE due_at <= :now ORDER BY due_at LIMIT 1"


async def is_due(ctx: Context) -> bool:
    """Whether any row is due. An idle tick asks nothing else of the queue."""
    return await ctx.tx.fetch_value(PEEK, now=to_ms(ctx.now)) is not None


# Joins what the decision needs, so that a batch costs one statement. Settings of patients without any are null.
SELECT_DUE = f"""
WITH due AS (
  SELECT due_at, clinic_id, reminder_id, slot, day, asked_at FROM reminder_due
   WHERE due_at <= :now ORDER BY due_at LIMIT :most {{skip_locked}})
SELECT due.clinic_id, due.reminder_id, due.slot, due.day, due.due_at, due.asked_at,
       r.patient_id, {ENTRY_COLUMNS}, r.snoozed_until, p.time_zone, s.phone_time_zone, {SETTINGS_COLUMNS}
  FROM due
  JOIN reminders r ON r.clinic_id = due.clinic_id AND r.id = due.reminder_id
  JOIN patients p ON p.clinic_id = r.clinic_id AND p.id = r.patient_id
  LEFT JOIN reminder_settings s ON s.clinic_id = r.clinic_id AND s.patient_id = r.patient_id
 ORDER BY due.due_at, due.clinic_id, due.reminder_id, due.slot"""  # noqa: S608 - constants


async def due_rows(ctx: Context, most: int) -> list[Row]:
    """Up to `most` due rows, the longest due first, without rows that another worker has locked."""
    return await ctx.tx.fetch(SELECT_DUE.format(skip_locked=ctx.tx.skip_locked), now=to_ms(ctx.now), most=most)


# Updates the row instead of replacing it: a transaction that turns the reminder off waits for it and then finds it.
ADVANCE = """
UPDATE reminder_due SET due_at = :due_at, day = :day, asked_at = :due_at
 WHERE clinic_id = :clinic_id AND reminder_id = :reminder_id AND slot = 0"""

REMOVE = """
DELETE FROM reminder_due WHERE clinic_id = :clinic_id AND reminder_id = :reminder_id AND slot = :slot"""


async def advance(ctx: Context, rows: Sequence[tuple[QueuedReminder, RowPlan]]) -> None:
    """Replace each row by the reminder's next ring; remove a row without a next ring."""
    await ctx.tx.execute_many(ADVANCE, [_key(row) | columns_of(plan.next_ring) for row, plan in rows if plan.next_ring])
    await ctx.tx.execute_many(REMOVE, [_key(row) | {"slot": row.slot} for row, plan in rows if not plan.next_ring])


SELECT_WAYS = """
SELECT w.clinic_id, w.patient_id, w.channel, w.after_minutes, m.id AS mail_id, m.email, m.language AS mail_language,
       m.unsubscribe_token, n.number, p.language
  FROM second_ways w
  JOIN patients p ON p.clinic_id = w.clinic_id AND p.id = w.patient_id
  LEFT JOIN mail_addresses m ON m.clinic_id = w.clinic_id AND m.patient_id = w.patient_id AND w.channel = 'mail'
   AND m.confirmed_at IS NOT NULL AND m.gone_at IS NULL AND m.unsubscribed_at IS NULL
  LEFT JOIN phone_numbers n ON n.clinic_id = w.clinic_id AND n.patient_id = w.patient_id AND w.channel = 'sms'
   AND n.whose = 'patient' AND n.kept_until IS NULL
 WHERE w.patient_id IN (:patient_ids)"""


async def ways_of(ctx: Context, patients: Iterable[tuple[str, str]]) -> dict[tuple[str, str], SecondWay]:
    """The second way of each (clinic, patient); patients who chose none are missing."""
    wanted = set(patients)
    rows = await ctx.tx.fetch(SELECT_WAYS, patient_ids=sorted({patient_id for _, patient_id in wanted}))
    return {
        owner: SecondWay(after=timedelta(minutes=row["after_minutes"]), address=_address(row))
        for row in rows
        if (owner := (row["clinic_id"], row["patient_id"])) in wanted
    }


def _address(row: Row) -> Address | None:
    patient = Recipient("patient", row["patient_id"])
    if row["email"]:
        to = Mailbox(row["email"], unsubscribe_token=row["unsubscribe_token"])
        return Address(channel="mail", id=row["mail_id"], recipient=patient, language=row["mail_language"], to=to)
    if row["number"]:
        number = SmsNumber(row["number"])
        return Address(channel="sms", id=patient.id, recipient=patient, language=row["language"], to=number)
    return None


PLAN = """
INSERT INTO reminder_due (due_at, clinic_id, reminder_id, slot, day, asked_at)
VALUES (:due_at, :clinic_id, :reminder_id, :slot, :day, :asked_at)
ON CONFLICT (clinic_id, reminder_id, slot) DO UPDATE
   SET due_at = excluded.due_at, day = excluded.day, asked_at = excluded.asked_at"""


async def plan_repeats(ctx: Context, rows: Sequence[tuple[Occurrence, QueuedReminder, int, datetime]]) -> None:
    """Plan what follows each of these rings: the slot of its second chance or second way, and the instant."""
    await ctx.tx.execute_many(
        PLAN,
        [
            _key(row)
            | {
                "slot": slot,
                "day": ring.day.isoformat(),
                "due_at": to_ms(at),
                "asked_at": to_ms(ring.asked_at),
            }
            for ring, row, slot, at in rows
        ],
    )


PUT_OFF = """
UPDATE reminder_due SET due_at = :later
 WHERE clinic_id = :clinic_id AND reminder_id = :reminder_id AND slot = :slot"""


async def put_off(ctx: Context, clinic_id: str, reminder_id: str, slot: int, later: datetime) -> None:
    """Move a row that cannot be decided now to a later time."""
    await ctx.tx.execute(PUT_OFF, clinic_id=clinic_id, reminder_id=reminder_id, slot=slot, later=to_ms(later))


BACKLOG = """
SELECT COUNT(*) AS depth, MIN(CASE WHEN due_at > :outdated THEN due_at END) AS oldest
FROM reminder_due WHERE due_at <= :now"""


async def waiting(ctx: Context) -> Backlog:
    """The rows that wait for their decision."""
    return backlog(await ctx.tx.fetch_one(BACKLOG, now=to_ms(ctx.now), outdated=to_ms(OUTDATED)), ctx.now)


def to_queued(row: Row, second_way_after: timedelta | None) -> QueuedReminder:
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
        second_way_after=second_way_after,
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


def _key(row: QueuedReminder) -> dict[str, str]:
    return {"clinic_id": row.clinic_id, "reminder_id": row.reminder_id}


def columns_of(next_ring: DueTime) -> dict[str, object]:
    """The columns of a queue row that a ring sets."""
    return {"due_at": to_ms(next_ring.at), "day": next_ring.day.isoformat()}


def _time_or_none(text: str | None) -> time | None:
    return None if text is None else time.fromisoformat(text)
