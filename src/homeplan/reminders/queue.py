"""The queue of what is due next. It is read in its own order, so that a tick costs what is due, not what is stored."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from homeplan.clock import from_ms, to_ms
from homeplan.context import Context
from homeplan.db import Row
from homeplan.push.store import supersede
from homeplan.reminders.model import Reason, Slot
from homeplan.reminders.moments import ANEW, Due, Plan, Upcoming
from homeplan.reminders.rows import ENTRY_COLUMNS, SETTINGS_COLUMNS

_TWO_DAYS = timedelta(days=2)

# In order: PostgreSQL would otherwise read the whole table, hoping to meet a due row soon.
PEEK = "SELECT due_at FROM reminder_due WHERE due_at <= :now ORDER BY due_at LIMIT 1"

# What else the decision needs comes along: one statement a batch. Settings that nobody made are null.
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

PLAN = """
INSERT INTO reminder_due (due_at, clinic_id, reminder_id, slot, day, asked_at)
VALUES (:due_at, :clinic_id, :reminder_id, :slot, :day, :asked_at)
ON CONFLICT (clinic_id, reminder_id, slot) DO UPDATE
   SET due_at = excluded.due_at, day = excluded.day, asked_at = excluded.asked_at"""

# An update and not a new row: whoever turns the reminder off meanwhile waits for it, and then finds it.
ADVANCE = """
UPDATE reminder_due SET due_at = :due_at, day = :day, asked_at = :due_at
 WHERE clinic_id = :clinic_id AND reminder_id = :reminder_id AND slot = 0"""

REMOVE = """
DELETE FROM reminder_due WHERE clinic_id = :clinic_id AND reminder_id = :reminder_id AND slot = :slot"""

REMOVE_ALL = "DELETE FROM reminder_due WHERE clinic_id = :clinic_id AND reminder_id = :reminder_id"

REMOVE_REPEATS = f"{REMOVE_ALL} AND slot > 0"

PUT_OFF = """
UPDATE reminder_due SET due_at = :later
 WHERE clinic_id = :clinic_id AND reminder_id = :reminder_id AND slot = :slot"""

REPLAN_FOLLOWERS = """
UPDATE reminder_due SET due_at = :anew WHERE slot = 0 AND clinic_id = :clinic_id AND reminder_id IN (
  SELECT id FROM reminders WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND zone_policy = 'phone')"""

OLDEST = "SELECT MIN(due_at) FROM reminder_due WHERE due_at > :anew"

LAST_DAY = """
SELECT MAX(local_day) FROM occurrences
 WHERE clinic_id = :clinic_id AND reminder_id = :reminder_id AND slot = 0"""

LAST_SNOOZE = """
SELECT MAX(slot) FROM occurrences
 WHERE clinic_id = :clinic_id AND reminder_id = :reminder_id AND local_day = :day AND slot > 1"""

RECENT = """
SELECT id FROM occurrences
 WHERE clinic_id = :clinic_id AND reminder_id = :reminder_id AND local_day >= :since AND skipped IS NULL"""


async def is_due(ctx: Context) -> bool:
    """Whether anything has come up. All that an idle tick asks of the queue."""
    return await ctx.tx.fetch_value(PEEK, now=to_ms(ctx.now)) is not None


async def due(ctx: Context, most: int) -> list[Row]:
    """Up to `most` rows whose time has come, the longest due first; another worker's rows are passed over."""
    return await ctx.tx.fetch(SELECT_DUE.format(skip_locked=ctx.tx.skip_locked), now=to_ms(ctx.now), most=most)


async def advance(ctx: Context, rows: Sequence[tuple[Upcoming, Plan]]) -> None:
    """Put each row's next ring in its place; what has none leaves the queue."""
    await ctx.tx.execute_many(ADVANCE, [_key(row) | _due(plan.again) for row, plan in rows if plan.again])
    await ctx.tx.execute_many(REMOVE, [_key(row) | {"slot": row.slot} for row, plan in rows if not plan.again])


async def give_second_chance(ctx: Context, rows: Sequence[tuple[Upcoming, Plan]]) -> None:
    """Plan the one repeat of rings that were granted and have one."""
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


async def plan(ctx: Context, reminder_id: str, next_ring: Due) -> None:
    """Put the reminder's next ring into the queue."""
    key = {"clinic_id": ctx.clinic_id, "reminder_id": reminder_id, "slot": Slot.FIRST.value}
    await ctx.tx.execute(PLAN, **key, **_due(next_ring), asked_at=to_ms(next_ring.at))


async def withdraw(ctx: Context, reminder_id: str) -> None:
    """Take everything of the reminder out of the queue, and call off what is on its way."""
    await ctx.tx.execute(REMOVE_ALL, clinic_id=ctx.clinic_id, reminder_id=reminder_id)
    await _call_off(ctx, reminder_id, Reason.OFF)


async def postpone(ctx: Context, reminder_id: str, later: Due) -> None:
    """Ring later, in place of an earlier snooze, of the second chance, and of what is on its way."""
    await ctx.tx.execute(REMOVE_REPEATS, clinic_id=ctx.clinic_id, reminder_id=reminder_id)
    await _call_off(ctx, reminder_id, Reason.SNOOZED)
    await repeat(ctx, reminder_id, later)


async def repeat(ctx: Context, reminder_id: str, later: Due) -> None:
    """Ring once more on a day, besides its own ring, because the patient asks for it now."""
    key = {"clinic_id": ctx.clinic_id, "reminder_id": reminder_id}
    last = await ctx.tx.fetch_value(LAST_SNOOZE, **key, day=later.day.isoformat())
    slot = Slot.BY_HAND.value if last is None else last + 1
    await ctx.tx.execute(PLAN, **key, **_due(later), slot=slot, asked_at=to_ms(ctx.now))


async def replan_followers(ctx: Context, patient_id: str) -> None:
    """Have the patient's reminders that follow the phone planned anew by the next tick."""
    await ctx.tx.execute(REPLAN_FOLLOWERS, clinic_id=ctx.clinic_id, patient_id=patient_id, anew=to_ms(ANEW))


async def put_off(ctx: Context, row: Row, later: datetime) -> None:
    """Look at a row again later that cannot be computed now."""
    key = {name: row[name] for name in ("clinic_id", "reminder_id", "slot")}
    await ctx.tx.execute(PUT_OFF, **key, later=to_ms(later))


async def lag(ctx: Context) -> timedelta:
    """How long the row that has been due longest is waiting; zero when nothing is due."""
    oldest = await ctx.tx.fetch_value(OLDEST, anew=to_ms(ANEW))
    return timedelta(0) if oldest is None else max(ctx.now - from_ms(oldest), timedelta(0))


async def last_day(ctx: Context, reminder_id: str) -> date | None:
    """The last local day that has had its ring, or its reason for silence."""
    day = await ctx.tx.fetch_value(LAST_DAY, clinic_id=ctx.clinic_id, reminder_id=reminder_id)
    return None if day is None else date.fromisoformat(day)


async def _call_off(ctx: Context, reminder_id: str, reason: Reason) -> None:
    since = (ctx.now - _TWO_DAYS).date().isoformat()
    rows = await ctx.tx.fetch(RECENT, clinic_id=ctx.clinic_id, reminder_id=reminder_id, since=since)
    if rows:
        await supersede(ctx, [row["id"] for row in rows], reason.value)


def _key(row: Upcoming) -> dict[str, str]:
    return {"clinic_id": row.clinic_id, "reminder_id": row.reminder_id}


def _due(next_ring: Due) -> dict[str, object]:
    return {"due_at": to_ms(next_ring.at), "day": next_ring.day.isoformat()}
