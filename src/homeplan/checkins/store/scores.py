"""Check-ins in the database, read for alerts, overview and reminders: few columns of many rows."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

import msgspec

from homeplan.checkins.model import Region
from homeplan.clock import from_ms
from homeplan.context import Context

SELECT_SCORES = """
SELECT day, answered_at, received_at, time_zone, pain_now, pain_worst_24h, soreness, regions FROM checkins
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND day >= :first
ORDER BY day"""


class Scores(NamedTuple):
    """The part of a check-in that the alert rules judge."""

    day: date
    answered_at: datetime
    received_at: datetime
    time_zone: str
    pain_now: int
    pain_worst_24h: int
    soreness: int | None
    regions: list[Region] | None


async def scores_since(ctx: Context, patient_id: str, first: date) -> list[Scores]:
    """The scores of one patient on the days since `first`, by day."""
    rows = await ctx.tx.fetch(SELECT_SCORES, clinic_id=ctx.clinic_id, patient_id=patient_id, first=first.isoformat())
    return [
        Scores(
            day=date.fromisoformat(row["day"]),
            answered_at=from_ms(row["answered_at"]),
            received_at=from_ms(row["received_at"]),
            time_zone=row["time_zone"],
            pain_now=row["pain_now"],
            pain_worst_24h=row["pain_worst_24h"],
            soreness=row["soreness"],
            regions=None if row["regions"] is None else msgspec.json.decode(row["regions"], type=list[Region]),
        )
        for row in rows
    ]


class DayPain(NamedTuple):
    """Pain now (0-10) of one day."""

    day: date
    pain_now: int


SELECT_FIRST_PAIN = """
SELECT day, pain_now FROM checkins
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND day >= :since
ORDER BY day LIMIT :most"""


async def first_pain(ctx: Context, patient_id: str, since: date, *, most: int) -> list[DayPain]:
    """Pain now of the first `most` check-ins on or after the day `since`, by day."""
    rows = await ctx.tx.fetch(
        SELECT_FIRST_PAIN, clinic_id=ctx.clinic_id, patient_id=patient_id, since=since.isoformat(), most=most
    )
    return [DayPain(date.fromisoformat(row["day"]), row["pain_now"]) for row in rows]


SELECT_PAIN = """
SELECT patient_id, day, pain_now FROM checkins
WHERE clinic_id = :clinic_id AND patient_id IN (:patient_ids) AND day >= :first
ORDER BY patient_id, day"""


async def pain_since(ctx: Context, patient_ids: Sequence[str], first: date) -> dict[str, list[DayPain]]:
    """Pain now by patient on the days since `first`, by day."""
    rows = await ctx.tx.fetch(SELECT_PAIN, clinic_id=ctx.clinic_id, patient_ids=patient_ids, first=first.isoformat())
    found: dict[str, list[DayPain]] = {patient_id: [] for patient_id in patient_ids}
    for row in rows:
        found[row["patient_id"]].append(DayPain(date.fromisoformat(row["day"]), row["pain_now"]))
    return found


# Joins `patients` to look up one row per patient: grouping by patient would read every check-in of each.
SELECT_LAST_PAIN = """
SELECT c.patient_id, c.day, c.pain_now FROM patients p
JOIN checkins c ON c.clinic_id = p.clinic_id AND c.patient_id = p.id AND c.day = (
  SELECT MAX(x.day) FROM checkins x WHERE x.clinic_id = p.clinic_id AND x.patient_id = p.id)
WHERE p.clinic_id = :clinic_id AND p.id IN (:patient_ids)"""


async def last_pain(ctx: Context, patient_ids: Sequence[str]) -> dict[str, DayPain]:
    """Pain now at the latest check-in of each patient who has one."""
    rows = await ctx.tx.fetch(SELECT_LAST_PAIN, clinic_id=ctx.clinic_id, patient_ids=patient_ids)
    return {row["patient_id"]: DayPain(date.fromisoformat(row["day"]), row["pain_now"]) for row in rows}


SELECT_ANSWERED = """
SELECT patient_id, day, answered_at FROM checkins
WHERE clinic_id = :clinic_id AND patient_id IN (:patient_ids) AND day >= :since"""


async def answered_since(ctx: Context, patient_ids: Sequence[str], since: date) -> dict[str, dict[date, datetime]]:
    """The time of each patient's answer for each day since `since`; patients without a check-in are missing."""
    rows = await ctx.tx.fetch(
        SELECT_ANSWERED, clinic_id=ctx.clinic_id, patient_ids=patient_ids, since=since.isoformat()
    )
    found: dict[str, dict[date, datetime]] = {}
    for row in rows:
        found.setdefault(row["patient_id"], {})[date.fromisoformat(row["day"])] = from_ms(row["answered_at"])
    return found
