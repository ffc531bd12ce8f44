"""The facts that check-ins are judged by, read at once: home zone, start of the open episode, ends of needling, and
the changed numbers of alert rules."""

from datetime import datetime
from typing import NamedTuple

from homeplan.clock import from_ms, from_ms_or_none
from homeplan.context import Context
from homeplan.errors import NotFound


class CareFacts(NamedTuple):
    """The facts of one patient's care beside their answers."""

    home: str
    """The name of the patient's home zone."""
    opened_at: datetime | None
    """The start of the open episode; None without one."""
    needled: list[datetime]
    """The ends of the sessions with needles, in order; future ends included."""
    clinic_thresholds: str
    """The numbers of alert rules that the clinic changed, as they are stored; empty before the first."""
    own_thresholds: str
    """Those that were changed for this patient."""


SELECT_CARE_FACTS = """
SELECT p.time_zone, e.opened_at, s.needled_at,
  (SELECT t.numbers FROM alert_thresholds t
   WHERE t.clinic_id = :clinic_id AND t.patient_id = '' ORDER BY t.version DESC LIMIT 1) AS clinic_thresholds,
  (SELECT t.numbers FROM alert_thresholds t
   WHERE t.clinic_id = :clinic_id AND t.patient_id = :patient_id ORDER BY t.version DESC LIMIT 1) AS own_thresholds
FROM patients p
LEFT JOIN episodes e ON e.clinic_id = p.clinic_id AND e.patient_id = p.id AND e.discharged_at IS NULL
LEFT JOIN needling_sessions s ON s.clinic_id = p.clinic_id AND s.patient_id = p.id
  AND s.voided_at IS NULL AND s.needled_at IS NOT NULL
WHERE p.clinic_id = :clinic_id AND p.id = :patient_id
ORDER BY s.ended_at"""


async def care_facts(ctx: Context, patient_id: str) -> CareFacts:
    """The patient's facts. Raises NotFound."""
    rows = await ctx.tx.fetch(SELECT_CARE_FACTS, clinic_id=ctx.clinic_id, patient_id=patient_id)
    if not rows:
        raise NotFound
    return CareFacts(
        rows[0]["time_zone"],
        from_ms_or_none(rows[0]["opened_at"]),
        [from_ms(row["needled_at"]) for row in rows if row["needled_at"] is not None],
        rows[0]["clinic_thresholds"] or "",
        rows[0]["own_thresholds"] or "",
    )
