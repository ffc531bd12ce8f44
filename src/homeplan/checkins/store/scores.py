"""Check-ins in the database, read for alerts, the worklist and reminders: few columns of many rows."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache

from homeplan.alerts.model import Answer
from homeplan.checkins.model import DayPain, StoredCheckIn, decoded_items, decoded_regions
from homeplan.checkins.rules import places
from homeplan.clock import from_ms, to_ms
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


class Scores(Answer, frozen=True, kw_only=True):
    """The part of a check-in that the alert rules judge, and what else saving another one needs of it."""

    answered_ms: int
    time_zone: str | None
    safety_yes: tuple[str, ...]

    @property
    def answered_at(self) -> datetime:
        return from_ms(self.answered_ms)  # of the weeks that are read, few are asked for it


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
    return Scores(
        day=date.fromisoformat(day),
        answered_ms=answered_at,
        received_at=from_ms(received_at),
        time_zone=zone_name,
        pain_now=now,
        pain_worst_24h=worst,
        soreness=soreness,
        places=None if regions is None else _places(regions),
        safety_yes=decoded_items(yes),
    )


@lru_cache(maxsize=4096)
def _places(regions: str) -> frozenset[tuple[str, str]]:
    """The places in a stored JSON array of regions; the same few come again and again."""
    return places(decoded_regions(regions))


def scores_of(stored: StoredCheckIn) -> Scores:
    """The scores of a check-in, as they are read once it is stored."""
    return Scores(
        day=stored.day,
        answered_ms=to_ms(stored.answered_at),
        received_at=stored.received_at,
        time_zone=stored.time_zone,
        pain_now=stored.pain_now,
        pain_worst_24h=stored.pain_worst_24h,
        soreness=stored.soreness,
        places=None if stored.regions is None else places(stored.regions),
        safety_yes=stored.safety_yes,
    )


SELECT_PAIN = """
SELECT patient_id, STRING_AGG(day || ' ' || pain_now, ',') AS pains FROM checkins
WHERE clinic_id = :clinic_id AND patient_id IN (:patient_ids) AND day >= :first
GROUP BY patient_id"""
"""One row per patient: reading two weeks of 500 patients day by day takes three times as long."""


async def pain_since(ctx: Context, patient_ids: Sequence[str], first: date) -> dict[str, tuple[DayPain, ...]]:
    """Pain now by patient on the days since `first`, by day."""
    rows = await ctx.tx.fetch(SELECT_PAIN, clinic_id=ctx.clinic_id, patient_ids=patient_ids, first=first.isoformat())
    found = {of_patient: _pains(pains) for of_patient, pains in rows}
    return {patient_id: found.get(patient_id, ()) for patient_id in patient_ids}


@lru_cache(maxsize=4096)
def _pains(pains: str) -> tuple[DayPain, ...]:
    """By day. `pains`: "2026-06-01 4,2026-06-02 3", in any order. It is kept until the patient answers again."""
    return tuple([_day_pain(day, int(pain_now)) for day, pain_now in sorted(map(str.split, pains.split(",")))])


@lru_cache(maxsize=1024)
def _day_pain(day: str, pain_now: int) -> DayPain:
    """Pain now on that day; the patients of a clinic share the few that there are."""
    return DayPain(day=date.fromisoformat(day), pain_now=pain_now)


# Joins `patients` to look up one row per patient: grouping by patient would read every check-in of each.
SELECT_LAST_PAIN = """
SELECT c.patient_id, c.day, c.pain_now FROM patients p
JOIN checkins c ON c.clinic_id = p.clinic_id AND c.patient_id = p.id AND c.day = (
  SELECT MAX(x.day) FROM checkins x WHERE x.clinic_id = p.clinic_id AND x.patient_id = p.id)
WHERE p.clinic_id = :clinic_id AND p.id IN (:patient_ids)"""


async def last_pain(ctx: Context, patient_ids: Sequence[str]) -> dict[str, DayPain]:
    """Pain now at the latest check-in of each patient who has one."""
    if not patient_ids:
        return {}
    rows = await ctx.tx.fetch(SELECT_LAST_PAIN, clinic_id=ctx.clinic_id, patient_ids=patient_ids)
    return {of_patient: _day_pain(day, pain_now) for of_patient, day, pain_now in rows}


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
