"""The queue of due reminders, read in its own order, so that a tick costs what is due, not what is stored."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from homeplan.clock import from_ms, to_ms
from homeplan.context import Context
from homeplan.db import Row
from homeplan.delivery.store import supersede
from homeplan.reminders.due import OUTDATED, DueTime, QueuedReminder, RowPlan
from homeplan.reminders.model import SilenceReason, Slot
from homeplan.reminders.store import occurrences
from homeplan.reminders.store.rows import ENTRY_COLUMNS, SETTINGS_COLUMNS

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
    await ctx.tx.execute_many(ADVANCE, [_key(row) | _due(plan.next_ring) for row, plan in rows if plan.next_ring])
    await ctx.tx.execute_many(REMOVE, [_key(row) | {"slot": row.slot} for row, plan in rows if not plan.next_ring])


PLAN = """
INSERT INTO reminder_due (due_at, clinic_id, reminder_id, slot, day, asked_at)
VALUES (:due_at, :clinic_id, :reminder_id, :slot, :day, :asked_at)
ON CONFLICT (clinic_id, reminder_id, slot) DO UPDATE
   SET due_at = excluded.due_at, day = excluded.day, asked_at = excluded.asked_at"""


async def plan_second_chances(ctx: Context, rows: Sequence[tuple[QueuedReminder, RowPlan]]) -> None:
    """Plan the one repeat of each ring that has a second chance."""
    await ctx.tx.execute_many(
        PLAN,
        [
            _key(row)
            | {
                "slot": Slot.SECOND_CHANCE.value,
                "day": row.day.isoformat(),
                "due_at": to_ms(plan.second_chance_at),
                "asked_at": to_ms(plan.occurrence.due_at),
            }
            for row, plan in rows
            if plan.second_chance_at and plan.occurrence
        ],
    )


async def plan(ctx: Context, reminder_id: str, next_ring: DueTime) -> None:
    """Put the reminder's next ring into the queue."""
    key = {"clinic_id": ctx.clinic_id, "reminder_id": reminder_id, "slot": Slot.FIRST.value}
    await ctx.tx.execute(PLAN, **key, **_due(next_ring), asked_at=to_ms(next_ring.at))


REMOVE_ALL = "DELETE FROM reminder_due WHERE clinic_id = :clinic_id AND reminder_id = :reminder_id"


async def cancel(ctx: Context, reminder_id: str) -> None:
    """Remove all rows of the reminder and supersede its open deliveries."""
    await ctx.tx.execute(REMOVE_ALL, clinic_id=ctx.clinic_id, reminder_id=reminder_id)
    await _supersede_deliveries(ctx, reminder_id, SilenceReason.OFF)


REMOVE_REPEATS = f"{REMOVE_ALL} AND slot > 0"


async def snooze(ctx: Context, reminder_id: str, later: DueTime) -> None:
    """Ring later, instead of an earlier snooze, the second chance, and open deliveries."""
    await ctx.tx.execute(REMOVE_REPEATS, clinic_id=ctx.clinic_id, reminder_id=reminder_id)
    await _supersede_deliveries(ctx, reminder_id, SilenceReason.SNOOZED)
    await ring_again(ctx, reminder_id, later)


async def ring_again(ctx: Context, reminder_id: str, later: DueTime) -> None:
    """Plan one more ring on a day, besides the reminder's own, because the patient asks for it."""
    last = await occurrences.last_slot_by_hand(ctx, reminder_id, later.day)
    key = {"clinic_id": ctx.clinic_id, "reminder_id": reminder_id}
    slot = Slot.BY_HAND.value if last is None else last + 1
    await ctx.tx.execute(PLAN, **key, **_due(later), slot=slot, asked_at=to_ms(ctx.now))


REPLAN_PHONE_REMINDERS = """
UPDATE reminder_due SET due_at = :outdated WHERE slot = 0 AND clinic_id = :clinic_id AND reminder_id IN (
  SELECT id FROM reminders WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND zone_policy = 'phone')"""


async def replan_phone_reminders(ctx: Context, patient_id: str) -> None:
    """Make the next tick plan the patient's reminders that follow the phone again."""
    await ctx.tx.execute(
        REPLAN_PHONE_REMINDERS, clinic_id=ctx.clinic_id, patient_id=patient_id, outdated=to_ms(OUTDATED)
    )


PUT_OFF = """
UPDATE reminder_due SET due_at = :later
 WHERE clinic_id = :clinic_id AND reminder_id = :reminder_id AND slot = :slot"""


async def put_off(ctx: Context, row: Row, later: datetime) -> None:
    """Move a row that cannot be computed now to a later time."""
    key = {name: row[name] for name in ("clinic_id", "reminder_id", "slot")}
    await ctx.tx.execute(PUT_OFF, **key, later=to_ms(later))


OLDEST = "SELECT MIN(due_at) FROM reminder_due WHERE due_at > :outdated"


async def lag(ctx: Context) -> timedelta:
    """Waiting time of the longest due row; zero when nothing is due."""
    oldest = await ctx.tx.fetch_value(OLDEST, outdated=to_ms(OUTDATED))
    return timedelta(0) if oldest is None else max(ctx.now - from_ms(oldest), timedelta(0))


async def _supersede_deliveries(ctx: Context, reminder_id: str, reason: SilenceReason) -> None:
    """Close the open deliveries of the reminder's recent occurrences."""
    if recent := await occurrences.recently_rung(ctx, reminder_id):
        await supersede(ctx, recent, reason.value)


def _key(row: QueuedReminder) -> dict[str, str]:
    return {"clinic_id": row.clinic_id, "reminder_id": row.reminder_id}


def _due(next_ring: DueTime) -> dict[str, object]:
    return {"due_at": to_ms(next_ring.at), "day": next_ring.day.isoformat()}
