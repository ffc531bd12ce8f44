"""What reports read of many patients at once: a statement each, however many patients."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from homeplan.alerts.model import Severity
from homeplan.clock import from_ms
from homeplan.context import Context
from homeplan.reports.model import PainSpark

SELECT_PAIN = """
SELECT patient_id, day, pain_now FROM checkins
WHERE clinic_id = :clinic_id AND patient_id IN (:patient_ids) AND day >= :first
ORDER BY patient_id, day"""


async def pain_since(ctx: Context, patient_ids: Sequence[str], first: date) -> dict[str, list[PainSpark]]:
    """Pain now by patient on the days since `first`, by day."""
    rows = await ctx.tx.fetch(SELECT_PAIN, clinic_id=ctx.clinic_id, patient_ids=patient_ids, first=first.isoformat())
    found: dict[str, list[PainSpark]] = {patient_id: [] for patient_id in patient_ids}
    for row in rows:
        found[row["patient_id"]].append(PainSpark(day=date.fromisoformat(row["day"]), pain_now=row["pain_now"]))
    return found


SELECT_LAST = """
SELECT c.patient_id, c.day, c.pain_now FROM patients p
JOIN checkins c ON c.clinic_id = p.clinic_id AND c.patient_id = p.id AND c.day = (
  SELECT MAX(x.day) FROM checkins x WHERE x.clinic_id = p.clinic_id AND x.patient_id = p.id)
WHERE p.clinic_id = :clinic_id AND p.id IN (:patient_ids)"""


async def last_checkins(ctx: Context, patient_ids: Sequence[str]) -> dict[str, PainSpark]:
    """The latest check-in of each patient who has one."""
    rows = await ctx.tx.fetch(SELECT_LAST, clinic_id=ctx.clinic_id, patient_ids=patient_ids)
    return {row["patient_id"]: PainSpark(day=date.fromisoformat(row["day"]), pain_now=row["pain_now"]) for row in rows}


Done = dict[tuple[date, str], int]
"""How often a slug was done on a local day, as far as it counts."""

SELECT_DONE = """
SELECT l.patient_id, l.day, p.slug, COUNT(*) AS times FROM exercise_logs l
JOIN prescriptions p ON p.clinic_id = l.clinic_id AND p.id = l.prescription_id
WHERE l.clinic_id = :clinic_id AND l.patient_id IN (:patient_ids) AND l.day BETWEEN :first AND :last
  AND l.counts = 'yes'
GROUP BY l.patient_id, l.day, p.slug"""


async def done_between(ctx: Context, patient_ids: Sequence[str], first: date, last: date) -> dict[str, Done]:
    """What counts as done by patient on the days from `first` to `last`, both included."""
    rows = await ctx.tx.fetch(
        SELECT_DONE,
        clinic_id=ctx.clinic_id,
        patient_ids=patient_ids,
        first=first.isoformat(),
        last=last.isoformat(),
    )
    found: dict[str, Done] = {patient_id: {} for patient_id in patient_ids}
    for row in rows:
        found[row["patient_id"]][date.fromisoformat(row["day"]), row["slug"]] = row["times"]
    return found


class OpenAlert(NamedTuple):
    """How severe an open alert is, and since when it waits."""

    severity: Severity
    raised_at: datetime


SELECT_OPEN_ALERTS = """
SELECT patient_id, severity, raised_at FROM alerts
WHERE clinic_id = :clinic_id AND patient_id IN (:patient_ids) AND closed_at IS NULL
ORDER BY patient_id, raised_at"""


async def open_alerts_of(ctx: Context, patient_ids: Sequence[str]) -> dict[str, list[OpenAlert]]:
    """The open alerts by patient, the longest waiting first."""
    rows = await ctx.tx.fetch(SELECT_OPEN_ALERTS, clinic_id=ctx.clinic_id, patient_ids=patient_ids)
    found: dict[str, list[OpenAlert]] = {patient_id: [] for patient_id in patient_ids}
    for row in rows:
        found[row["patient_id"]].append(OpenAlert(row["severity"], from_ms(row["raised_at"])))
    return found
