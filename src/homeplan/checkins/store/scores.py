"""Check-ins in the database, read for alerts, overview and reminders: few columns of many rows."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from homeplan.checkins.model import DayPain, Region, StoredCheckIn, decoded_items, decoded_regions
from homeplan.clock import from_ms
from homeplan.context import Context
from homeplan.db import Row

SELECT_SCORES = """
SELECT day, answered_at, received_at, time_zone, pain_now, pain_worst_24h, soreness, regions, safety_yes FROM checkins
WHERE clinic_id = :clinic_id AND patient_id = :patient_id
  AND (day >= :first OR (day >= :since AND day < COALESCE((
    SELECT next.day FROM checkins next
    WHERE next.clinic_id = :clinic_id AND next.patient_id = :patient_id AND next.day >= :since
    ORDER BY next.day LIMIT 1 OFFSET :most), 'after all days')))
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
    regions: tuple[Region, ...] | None
    safety_yes: tuple[str, ...]


async def scores_to_judge(ctx: Context, patient_id: str, first: date, *, since: date, most: int) -> list[Scores]:
    """The scores of one patient on the days from `first` on, and of the first `most` check-ins from the day `since`
    on, by day."""
    rows = await ctx.tx.fetch(
        SELECT_SCORES,
        clinic_id=ctx.clinic_id,
        patient_id=patient_id,
        first=first.isoformat(),
        since=since.isoformat(),
        most=most,
    )
    return [_scores(row) for row in rows]


def _scores(row: Row) -> Scores:
    day, answered_at, received_at, zone_name, now, worst, soreness, regions, yes = row
    return Scores(  # by position: by name costs twice as much
        date.fromisoformat(day),
        from_ms(answered_at),
        from_ms(received_at),
        zone_name,
        now,
        worst,
        soreness,
        None if regions is None else decoded_regions(regions),
        decoded_items(yes),
    )


def scores_of(stored: StoredCheckIn) -> Scores:
    """The scores of a check-in, as they are read once it is stored."""
    return Scores(*[getattr(stored, name) for name in Scores._fields])


SELECT_PAIN = """
SELECT patient_id, day, pain_now FROM checkins
WHERE clinic_id = :clinic_id AND patient_id IN (:patient_ids) AND day >= :first
ORDER BY patient_id, day"""


async def pain_since(ctx: Context, patient_ids: Sequence[str], first: date) -> dict[str, list[DayPain]]:
    """Pain now by patient on the days since `first`, by day."""
    rows = await ctx.tx.fetch(SELECT_PAIN, clinic_id=ctx.clinic_id, patient_ids=patient_ids, first=first.isoformat())
    found: dict[str, list[DayPain]] = {patient_id: [] for patient_id in patient_ids}
    for of_patient, day, pain_now in rows:
        found[of_patient].append(DayPain(day=date.fromisoformat(day), pain_now=pain_now))
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
    return {of_patient: DayPain(day=date.fromisoformat(day), pain_now=pain_now) for of_patient, day, pain_now in rows}


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
