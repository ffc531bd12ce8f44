"""The patient's intake in the database, version by version."""

import msgspec

from homeplan.clock import from_ms, to_ms
from homeplan.context import Context
from homeplan.library.content import needling_rules
from homeplan.needling.model import Intake, IntakeEntry
from homeplan.needling.prefill import caution_tags

SELECT_INTAKE = """
SELECT version, document, recorded_by, recorded_at FROM intakes
WHERE clinic_id = :clinic_id AND patient_id = :patient_id ORDER BY version DESC LIMIT 1"""


async def latest_intake(ctx: Context, patient_id: str) -> Intake:
    """The latest version; version 0, without answers, when nobody has filled it in."""
    row = await ctx.tx.fetch_one(SELECT_INTAKE, clinic_id=ctx.clinic_id, patient_id=patient_id)
    if row is None:
        return Intake(answers={}, version=0, recorded_by=None, recorded_at=None, caution_tags=())
    entry = msgspec.json.decode(row["document"], type=IntakeEntry)
    return Intake(
        **msgspec.structs.asdict(entry),
        version=row["version"],
        recorded_by=row["recorded_by"],
        recorded_at=from_ms(row["recorded_at"]),
        caution_tags=caution_tags(needling_rules(), entry.answers),
    )


INSERT_INTAKE = """
INSERT INTO intakes (clinic_id, patient_id, version, document, recorded_by, recorded_at)
VALUES (:clinic_id, :patient_id, :version, :document, :recorded_by, :now)
ON CONFLICT (clinic_id, patient_id, version) DO NOTHING"""


async def insert_intake(ctx: Context, patient_id: str, version: int, entry: IntakeEntry) -> bool:
    """Add that version; False when it exists already."""
    added = await ctx.tx.execute(
        INSERT_INTAKE,
        clinic_id=ctx.clinic_id,
        patient_id=patient_id,
        version=version,
        document=msgspec.json.encode(entry).decode(),
        recorded_by=ctx.actor.id,
        now=to_ms(ctx.now),
    )
    return bool(added)
