"""Occurrences in the database: what was decided, one row per reminder, local day and slot."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import TypeVar
from zoneinfo import ZoneInfo

from msgspec import Struct

from homeplan.clock import from_ms, from_ms_or_none, to_ms
from homeplan.context import Context
from homeplan.db import Row
from homeplan.reminders.due import DueReminder, Occurrence, OccurrenceCounts
from homeplan.reminders.model import ReminderKind, SilenceReason, ring_of
from homeplan.reminders.store.queue import SETTINGS_COLUMNS, to_settings

T = TypeVar("T")

PatientDay = tuple[str, str, date]
"""Clinic, patient, local day."""

RECENT = timedelta(days=2)
"""Longest time for which occurrences may still have open deliveries."""


class Decision(Struct, frozen=True, kw_only=True):
    """A due reminder and the decision whether it rings."""

    id: str
    reminder: DueReminder
    skipped: SilenceReason | None
    ring_number: int | None
    """The number of this ring among the patient's rings of the day, from 1; None when it is silent or a snooze."""
    planned: int
    """Number of outcomes that the ledger expects: one per device, or one when nothing is sent."""


INSERT_OCCURRENCE = """
INSERT INTO occurrences (clinic_id, id, reminder_id, patient_id, kind, local_day, slot, time_zone, due_at, asked_at,
                         deadline_at, decided_at, skipped, nth, planned)
VALUES (:clinic_id, :id, :reminder_id, :patient_id, :kind, :local_day, :slot, :time_zone, :due_at, :asked_at,
        :deadline_at, :now, :skipped, :nth, :planned)
ON CONFLICT DO NOTHING"""

SELECT_WRITTEN = "SELECT id FROM occurrences WHERE clinic_id = :clinic_id AND id IN (:ids)"


async def write(ctx: Context, decisions: Sequence[Decision]) -> set[str]:
    """Store the decisions and return the ids of those that are stored.

    Not stored are decisions for a day and slot that is decided already, and those whose place under the daily cap
    another worker took at the same time.
    """
    await ctx.tx.execute_many(INSERT_OCCURRENCE, [_columns(each, ctx.now) for each in decisions])
    written: set[str] = set()
    for clinic_id, those in group_by_clinic(decisions, lambda each: each.reminder.clinic_id):
        rows = await ctx.tx.fetch(SELECT_WRITTEN, clinic_id=clinic_id, ids=[each.id for each in those])
        written |= {row["id"] for row in rows}
    return written


SELECT_SAME = """
SELECT 1 FROM occurrences
 WHERE clinic_id = :clinic_id AND reminder_id = :reminder_id AND local_day = :day AND slot = :slot"""


async def decided_already(ctx: Context, decisions: Sequence[Decision]) -> set[str]:
    """The ids of those decisions whose reminder has an occurrence for that day and slot."""
    found: set[str] = set()
    for each in decisions:
        reminder = each.reminder
        if await ctx.tx.fetch_value(
            SELECT_SAME,
            clinic_id=reminder.clinic_id,
            reminder_id=reminder.reminder_id,
            day=reminder.occurrence.day.isoformat(),
            slot=reminder.occurrence.slot,
        ):
            found.add(each.id)
    return found


COUNT_RINGS = """
SELECT patient_id, local_day, MAX(nth) AS rings FROM occurrences
 WHERE clinic_id = :clinic_id AND patient_id IN (:patient_ids) AND local_day IN (:days) AND nth IS NOT NULL
 GROUP BY patient_id, local_day"""


async def rings_of_days(ctx: Context, due: Iterable[DueReminder]) -> dict[PatientDay, int]:
    """Number of rings granted to each patient on the days of these reminders; days without a ring are missing."""
    found: dict[PatientDay, int] = {}
    for clinic_id, those in group_by_clinic(due, lambda each: each.clinic_id):
        rows = await ctx.tx.fetch(
            COUNT_RINGS,
            clinic_id=clinic_id,
            patient_ids=sorted({each.patient_id for each in those}),
            days=sorted({each.occurrence.day.isoformat() for each in those}),
        )
        for row in rows:
            found[clinic_id, row["patient_id"], date.fromisoformat(row["local_day"])] = row["rings"]
    return found


SELECT_DUE_REMINDERS = f"""
SELECT o.id, o.reminder_id, o.patient_id, o.kind, o.local_day, o.slot, o.time_zone, o.due_at, o.asked_at,
       o.deadline_at, r.enabled_at, r.snoozed_until, {SETTINGS_COLUMNS}
  FROM occurrences o
  JOIN reminders r ON r.clinic_id = o.clinic_id AND r.id = o.reminder_id
  LEFT JOIN reminder_settings s ON s.clinic_id = o.clinic_id AND s.patient_id = o.patient_id
 WHERE o.clinic_id = :clinic_id AND o.id IN (:ids)"""  # noqa: S608 - constants


async def due_reminders(ctx: Context, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], DueReminder]:
    """The reminders of these occurrences, by (clinic, occurrence), with the patients' present settings."""
    found: dict[tuple[str, str], DueReminder] = {}
    for clinic_id, those in group_by_clinic(set(wanted), lambda key: key[0]):
        for row in await ctx.tx.fetch(SELECT_DUE_REMINDERS, clinic_id=clinic_id, ids=sorted(id_ for _, id_ in those)):
            found[clinic_id, row["id"]] = _due_reminder(clinic_id, row)
    return found


LAST_DAY = """
SELECT MAX(local_day) FROM occurrences
 WHERE clinic_id = :clinic_id AND reminder_id = :reminder_id AND slot = 0"""


async def last_day(ctx: Context, reminder_id: str) -> date | None:
    """The last local day for which the reminder's own ring is decided."""
    day = await ctx.tx.fetch_value(LAST_DAY, clinic_id=ctx.clinic_id, reminder_id=reminder_id)
    return None if day is None else date.fromisoformat(day)


LAST_BY_HAND = """
SELECT MAX(slot) FROM occurrences
 WHERE clinic_id = :clinic_id AND reminder_id = :reminder_id AND local_day = :day AND slot > 1 AND slot < 1000"""


async def last_slot_by_hand(ctx: Context, reminder_id: str, day: date) -> int | None:
    """The highest slot of that day among rings that the patient asked for; None before the first."""
    slot: int | None = await ctx.tx.fetch_value(
        LAST_BY_HAND, clinic_id=ctx.clinic_id, reminder_id=reminder_id, day=day.isoformat()
    )
    return slot


SELECT_RING = """
SELECT id FROM occurrences
 WHERE clinic_id = :clinic_id AND reminder_id = :reminder_id AND local_day = :day AND slot = :slot"""


async def ring_before(ctx: Context, second_way: DueReminder) -> str | None:
    """The id of the ring that a second way follows; None when it is not in the ledger any more."""
    occurrence_id: str | None = await ctx.tx.fetch_value(
        SELECT_RING,
        clinic_id=second_way.clinic_id,
        reminder_id=second_way.reminder_id,
        day=second_way.occurrence.day.isoformat(),
        slot=ring_of(second_way.occurrence.slot),
    )
    return occurrence_id


SELECT_RECENT = """
SELECT id FROM occurrences
 WHERE clinic_id = :clinic_id AND reminder_id = :reminder_id AND local_day >= :since AND skipped IS NULL"""


async def recently_rung(ctx: Context, reminder_id: str) -> list[str]:
    """The ids of the reminder's occurrences of the last two days that rang."""
    since = (ctx.now - RECENT).date().isoformat()
    rows = await ctx.tx.fetch(SELECT_RECENT, clinic_id=ctx.clinic_id, reminder_id=reminder_id, since=since)
    return [row["id"] for row in rows]


SELECT_PAST = """
SELECT id, kind, local_day, slot, due_at, skipped FROM occurrences
 WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND local_day >= :since
 ORDER BY due_at DESC, id DESC"""


async def past_occurrences(ctx: Context, patient_id: str, since: date) -> list[Row]:
    """The patient's occurrences on the days since `since`, the newest first."""
    return await ctx.tx.fetch(SELECT_PAST, clinic_id=ctx.clinic_id, patient_id=patient_id, since=since.isoformat())


COUNT_DUE = """
SELECT skipped, COUNT(*) AS occurrences, SUM(planned) AS expected FROM occurrences
 WHERE decided_at >= :since GROUP BY skipped"""


async def count_since(ctx: Context, since: datetime) -> OccurrenceCounts:
    """Counts of the occurrences decided since then. The cost grows with their number: ask for a day."""
    rang, expected, silent = 0, 0, dict.fromkeys(SilenceReason, 0)
    for row in await ctx.tx.fetch(COUNT_DUE, since=to_ms(since)):
        if row["skipped"] is None:
            rang, expected = row["occurrences"], int(row["expected"])
        else:
            silent[SilenceReason(row["skipped"])] = row["occurrences"]
    return OccurrenceCounts(rang=rang, expected=expected, silent=silent)


DELETE_OLD = """
WITH old AS (
  SELECT clinic_id, id FROM occurrences WHERE decided_at < :before ORDER BY decided_at LIMIT :most {skip_locked})
DELETE FROM occurrences WHERE (clinic_id, id) IN (SELECT clinic_id, id FROM old)"""


async def delete_old(ctx: Context, before: datetime, most: int) -> int:
    """Delete up to `most` occurrences that were decided before then; returns their number."""
    return await ctx.tx.execute(DELETE_OLD.format(skip_locked=ctx.tx.skip_locked), before=to_ms(before), most=most)


def group_by_clinic(items: Iterable[T], clinic_of: Callable[[T], str]) -> list[tuple[str, list[T]]]:
    """The items by clinic: every key begins with the clinic, so a statement asks about one clinic at a time."""
    return [(clinic, list(group)) for clinic, group in groupby(sorted(items, key=clinic_of), key=clinic_of)]


def _columns(decision: Decision, now: datetime) -> dict[str, object]:
    reminder, occurrence = decision.reminder, decision.reminder.occurrence
    return {
        "clinic_id": reminder.clinic_id,
        "id": decision.id,
        "reminder_id": reminder.reminder_id,
        "patient_id": reminder.patient_id,
        "kind": occurrence.kind.value,
        "local_day": occurrence.day.isoformat(),
        "slot": occurrence.slot,
        "time_zone": reminder.zone.key,
        "due_at": to_ms(occurrence.due_at),
        "asked_at": to_ms(occurrence.asked_at),
        "deadline_at": to_ms(occurrence.deadline_at),
        "now": to_ms(now),
        "skipped": None if decision.skipped is None else decision.skipped.value,
        "nth": decision.ring_number,
        "planned": decision.planned,
    }


def _due_reminder(clinic_id: str, row: Row) -> DueReminder:
    return DueReminder(
        clinic_id=clinic_id,
        patient_id=row["patient_id"],
        reminder_id=row["reminder_id"],
        zone=ZoneInfo(row["time_zone"]),
        enabled=row["enabled_at"] is not None,
        settings=to_settings(row),
        snoozed_until=from_ms_or_none(row["snoozed_until"]),
        occurrence=Occurrence(
            kind=ReminderKind(row["kind"]),
            day=date.fromisoformat(row["local_day"]),
            slot=row["slot"],
            due_at=from_ms(row["due_at"]),
            asked_at=from_ms(row["asked_at"]),
            deadline_at=from_ms(row["deadline_at"]),
        ),
    )
