"""What reports read of many patients at once: a statement each, however many patients."""

from collections.abc import Sequence
from datetime import date

from homeplan.context import Context

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
