"""The facts of patients that the plan clock needs beside programs and sessions: joining, and pauses of exercises."""

from collections.abc import Sequence

from homeplan.clock import from_ms, from_ms_or_none
from homeplan.context import Context
from homeplan.programs.timeline.plan_clock import Pause, PlanFacts

NOT_JOINED = PlanFacts(joined_at=None)
"""The facts of a patient who was only invited."""

SELECT_PLAN_FACTS = """
SELECT p.id AS patient_id, x.since, x.lifted_at,
  (SELECT MIN(s.created_at) FROM sign_ins s WHERE s.clinic_id = p.clinic_id AND s.patient_id = p.id) AS joined_at
FROM patients p
LEFT JOIN exercise_pauses x ON x.clinic_id = p.clinic_id AND x.patient_id = p.id
WHERE p.clinic_id = :clinic_id AND p.id IN (:patient_ids)
ORDER BY p.id, x.since"""


async def plan_facts(ctx: Context, patient_ids: Sequence[str]) -> dict[str, PlanFacts]:
    """The facts by patient."""
    rows = await ctx.tx.fetch(SELECT_PLAN_FACTS, clinic_id=ctx.clinic_id, patient_ids=list(patient_ids))
    pauses: dict[str, list[Pause]] = {}
    for row in rows:
        of_patient = pauses.setdefault(row["patient_id"], [])
        if row["since"] is not None:
            of_patient.append(Pause(since=from_ms(row["since"]), until=from_ms_or_none(row["lifted_at"])))
    return {
        row["patient_id"]: PlanFacts(
            joined_at=from_ms_or_none(row["joined_at"]), pauses=tuple(pauses[row["patient_id"]])
        )
        for row in rows
    }
