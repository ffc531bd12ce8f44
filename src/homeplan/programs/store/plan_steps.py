"""The record of a program's clock in the database: phases that began at a gate or by hand, restarts, walking times."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from homeplan.clock import from_ms, to_ms
from homeplan.context import Context
from homeplan.programs.model import GateReason, PlanStep

SELECT_PLAN_STEPS = """
SELECT program_id, at, kind, phase, walk_s, by_id FROM plan_steps
WHERE clinic_id = :clinic_id AND program_id IN (:program_ids)
ORDER BY program_id, at, seq"""


async def plan_steps(ctx: Context, program_ids: Sequence[str]) -> dict[str, list[PlanStep]]:
    """The steps by program, oldest first."""
    found: dict[str, list[PlanStep]] = {}
    rows = await ctx.tx.fetch(SELECT_PLAN_STEPS, clinic_id=ctx.clinic_id, program_ids=list(program_ids))
    for row in rows:
        step = PlanStep(
            at=from_ms(row["at"]), kind=row["kind"], phase=row["phase"], walk_s=row["walk_s"], by_id=row["by_id"]
        )
        found.setdefault(row["program_id"], []).append(step)
    return found


INSERT_PLAN_STEP = """
INSERT INTO plan_steps (clinic_id, program_id, seq, patient_id, at, kind, phase, walk_s, by_id)
SELECT :clinic_id, :program_id, COALESCE(MAX(seq), 0) + 1, :patient_id, CAST(:at AS BIGINT), CAST(:kind AS TEXT),
  CAST(:phase AS TEXT), CAST(:walk_s AS INTEGER), CAST(:by_id AS TEXT)
FROM plan_steps WHERE clinic_id = :clinic_id AND program_id = :program_id"""


async def insert_plan_step(ctx: Context, patient_id: str, program_id: str, step: PlanStep) -> None:
    """Add the step to the program's record. The caller holds the patient's lock."""
    await ctx.tx.execute(
        INSERT_PLAN_STEP,
        clinic_id=ctx.clinic_id,
        program_id=program_id,
        patient_id=patient_id,
        at=to_ms(step.at),
        kind=step.kind,
        phase=step.phase,
        walk_s=step.walk_s,
        by_id=step.by_id,
    )


PUT_OFF_RESTART = """
UPDATE plan_steps SET at = :at
WHERE clinic_id = :clinic_id AND program_id = :program_id AND kind = 'restart' AND at = :was"""


async def put_off_restart(ctx: Context, program_id: str, was: datetime, at: datetime) -> None:
    """Move the restart of that time to `at`: the patient is still away."""
    await ctx.tx.execute(PUT_OFF_RESTART, clinic_id=ctx.clinic_id, program_id=program_id, was=to_ms(was), at=to_ms(at))


UPDATE_GATE_WAITS = """
UPDATE programs SET gate_waits = :waits
WHERE clinic_id = :clinic_id AND id = :program_id AND gate_waits <> :waits"""


async def update_gate_waits(ctx: Context, program_id: str, waits: Iterable[GateReason]) -> None:
    """Store the reasons for which the program's next phase waits."""
    await ctx.tx.execute(UPDATE_GATE_WAITS, clinic_id=ctx.clinic_id, program_id=program_id, waits=" ".join(waits))
