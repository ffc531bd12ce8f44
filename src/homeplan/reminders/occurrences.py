"""What became of due moments: one row for each reminder, local day and slot."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import TypeVar
from zoneinfo import ZoneInfo

from msgspec import Struct

from homeplan.clock import from_ms, from_ms_or_none, to_ms
from homeplan.context import Context
from homeplan.db import Row
from homeplan.reminders.model import Kind, Reason
from homeplan.reminders.moments import Case, Occurrence, Tally
from homeplan.reminders.rows import SETTINGS_COLUMNS, to_settings

T = TypeVar("T")

PatientDay = tuple[str, str, date]
"""Clinic, patient, local day."""


class Decided(Struct, frozen=True, kw_only=True):
    """A due moment and the answer to it."""

    id: str
    case: Case
    skipped: Reason | None
    nth: int | None
    """Which of the patient's rings of the day it is, from 1; None when it is silent or a snooze."""
    planned: int
    """How many ends the ledger owes for it: one for each device, and one where nothing is sent."""


INSERT_OCCURRENCE = """
INSERT INTO occurrences (clinic_id, id, reminder_id, patient_id, kind, local_day, slot, time_zone, due_at, asked_at,
                         deadline_at, decided_at, skipped, nth, planned)
VALUES (:clinic_id, :id, :reminder_id, :patient_id, :kind, :local_day, :slot, :time_zone, :due_at, :asked_at,
        :deadline_at, :now, :skipped, :nth, :planned)
ON CONFLICT DO NOTHING"""

SELECT_WRITTEN = "SELECT id FROM occurrences WHERE clinic_id = :clinic_id AND id IN (:ids)"


async def write(ctx: Context, decided: Sequence[Decided]) -> set[str]:
    """Keep the decisions and tell the ids of those that are now on record.

    Missing are those of a day and slot that are on record already, and those whose place under the cap another
    worker took at the same time.
    """
    await ctx.tx.execute_many(INSERT_OCCURRENCE, [_columns(each, ctx.now) for each in decided])
    written: set[str] = set()
    for clinic_id, those in by_clinic(decided, lambda each: each.case.clinic_id):
        rows = await ctx.tx.fetch(SELECT_WRITTEN, clinic_id=clinic_id, ids=[each.id for each in those])
        written |= {row["id"] for row in rows}
    return written


SELECT_SAME = """
SELECT 1 FROM occurrences
 WHERE clinic_id = :clinic_id AND reminder_id = :reminder_id AND local_day = :day AND slot = :slot"""


async def on_record(ctx: Context, decided: Sequence[Decided]) -> set[str]:
    """Those whose reminder has had its decision for that day and slot."""
    found: set[str] = set()
    for each in decided:
        case = each.case
        if await ctx.tx.fetch_value(
            SELECT_SAME,
            clinic_id=case.clinic_id,
            reminder_id=case.reminder_id,
            day=case.occurrence.day.isoformat(),
            slot=case.occurrence.slot,
        ):
            found.add(each.id)
    return found


COUNT_RINGS = """
SELECT patient_id, local_day, MAX(nth) AS rings FROM occurrences
 WHERE clinic_id = :clinic_id AND patient_id IN (:patient_ids) AND local_day IN (:days) AND nth IS NOT NULL
 GROUP BY patient_id, local_day"""


async def rings(ctx: Context, cases: Iterable[Case]) -> dict[PatientDay, int]:
    """How often each patient was granted a ring on the days in question; who was not is missing."""
    found: dict[PatientDay, int] = {}
    for clinic_id, those in by_clinic(cases, lambda case: case.clinic_id):
        rows = await ctx.tx.fetch(
            COUNT_RINGS,
            clinic_id=clinic_id,
            patient_ids=sorted({case.patient_id for case in those}),
            days=sorted({case.occurrence.day.isoformat() for case in those}),
        )
        for row in rows:
            found[clinic_id, row["patient_id"], date.fromisoformat(row["local_day"])] = row["rings"]
    return found


SELECT_CASES = f"""
SELECT o.id, o.reminder_id, o.patient_id, o.kind, o.local_day, o.slot, o.time_zone, o.due_at, o.asked_at,
       o.deadline_at, r.enabled_at, r.snoozed_until, {SETTINGS_COLUMNS}
  FROM occurrences o
  JOIN reminders r ON r.clinic_id = o.clinic_id AND r.id = o.reminder_id
  LEFT JOIN reminder_settings s ON s.clinic_id = o.clinic_id AND s.patient_id = o.patient_id
 WHERE o.clinic_id = :clinic_id AND o.id IN (:ids)"""  # noqa: S608 - constants


async def cases(ctx: Context, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Case]:
    """The occurrences of these (clinic, id), with what their patients have set by now."""
    found: dict[tuple[str, str], Case] = {}
    for clinic_id, those in by_clinic(set(wanted), lambda key: key[0]):
        for row in await ctx.tx.fetch(SELECT_CASES, clinic_id=clinic_id, ids=sorted(id_ for _, id_ in those)):
            found[clinic_id, row["id"]] = _case(clinic_id, row)
    return found


COUNT_DUE = """
SELECT skipped, COUNT(*) AS moments, SUM(planned) AS owed FROM occurrences
 WHERE decided_at >= :since GROUP BY skipped"""


async def tally(ctx: Context, since: datetime) -> Tally:
    """What was decided since then. The cost grows with that number: ask for a day."""
    rang, owed, silent = 0, 0, dict.fromkeys(Reason, 0)
    for row in await ctx.tx.fetch(COUNT_DUE, since=to_ms(since)):
        if row["skipped"] is None:
            rang, owed = row["moments"], int(row["owed"])
        else:
            silent[Reason(row["skipped"])] = row["moments"]
    return Tally(rang=rang, owed=owed, silent=silent)


def by_clinic(items: Iterable[T], clinic_of: Callable[[T], str]) -> list[tuple[str, list[T]]]:
    """The items of each clinic: keys begin with the clinic, so a statement asks about one at a time."""
    return [(clinic, list(group)) for clinic, group in groupby(sorted(items, key=clinic_of), key=clinic_of)]


def _columns(decided: Decided, now: datetime) -> dict[str, object]:
    case, occurrence = decided.case, decided.case.occurrence
    return {
        "clinic_id": case.clinic_id,
        "id": decided.id,
        "reminder_id": case.reminder_id,
        "patient_id": case.patient_id,
        "kind": occurrence.kind.value,
        "local_day": occurrence.day.isoformat(),
        "slot": occurrence.slot,
        "time_zone": case.zone.key,
        "due_at": to_ms(occurrence.due_at),
        "asked_at": to_ms(occurrence.asked_at),
        "deadline_at": to_ms(occurrence.deadline_at),
        "now": to_ms(now),
        "skipped": None if decided.skipped is None else decided.skipped.value,
        "nth": decided.nth,
        "planned": decided.planned,
    }


def _case(clinic_id: str, row: Row) -> Case:
    return Case(
        clinic_id=clinic_id,
        patient_id=row["patient_id"],
        reminder_id=row["reminder_id"],
        zone=ZoneInfo(row["time_zone"]),
        enabled=row["enabled_at"] is not None,
        settings=to_settings(row),
        snoozed_until=from_ms_or_none(row["snoozed_until"]),
        occurrence=Occurrence(
            kind=Kind(row["kind"]),
            day=date.fromisoformat(row["local_day"]),
            slot=row["slot"],
            due_at=from_ms(row["due_at"]),
            asked_at=from_ms(row["asked_at"]),
            deadline_at=from_ms(row["deadline_at"]),
        ),
    )
