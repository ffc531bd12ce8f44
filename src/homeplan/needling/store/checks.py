"""Pre-session checks in the database; they are only ever added."""

from collections.abc import Sequence

import msgspec

from homeplan.clock import from_ms, to_ms
from homeplan.context import Context
from homeplan.db import Row
from homeplan.needling.model import Check, CheckEntry, CheckOutcome
from homeplan.programs.needling_session import NeedlingFinding

MAX_LISTED = 100

INSERT_CHECK = """
INSERT INTO needling_checks (clinic_id, id, patient_id, document, findings, outcome, checked_by, checked_at)
VALUES (:clinic_id, :id, :patient_id, :document, :findings, :outcome, :checked_by, :now)
ON CONFLICT (clinic_id, id) DO NOTHING"""


async def insert_check(
    ctx: Context,
    patient_id: str,
    check_id: str,
    entry: CheckEntry,
    findings: Sequence[NeedlingFinding],
    outcome: CheckOutcome,
) -> bool:
    """Add a check; False when the clinic has one of this id already."""
    added = await ctx.tx.execute(
        INSERT_CHECK,
        clinic_id=ctx.clinic_id,
        id=check_id,
        patient_id=patient_id,
        document=msgspec.json.encode(entry).decode(),
        findings=msgspec.json.encode(findings).decode(),
        outcome=outcome,
        checked_by=ctx.actor.id,
        now=to_ms(ctx.now),
    )
    return bool(added)


SELECT_CHECKS = """
SELECT id, document, findings, outcome, checked_by, checked_at FROM needling_checks
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND (CAST(:id AS TEXT) IS NULL OR id = :id)
ORDER BY checked_at DESC, id DESC LIMIT :most"""


async def checks_of(ctx: Context, patient_id: str) -> list[Check]:
    """The patient's checks, the newest first; at most 100."""
    return await _checks(ctx, patient_id, None)


async def find_check(ctx: Context, patient_id: str, check_id: str) -> Check | None:
    """That check of that patient, or None."""
    found = await _checks(ctx, patient_id, check_id)
    return found[0] if found else None


async def _checks(ctx: Context, patient_id: str, check_id: str | None) -> list[Check]:
    rows = await ctx.tx.fetch(
        SELECT_CHECKS, clinic_id=ctx.clinic_id, patient_id=patient_id, id=check_id, most=MAX_LISTED
    )
    return [_check(row) for row in rows]


def _check(row: Row) -> Check:
    entry = msgspec.json.decode(row["document"], type=CheckEntry)
    return Check(
        muscles=entry.muscles,
        screen=entry.screen,
        id=row["id"],
        findings=msgspec.json.decode(row["findings"], type=tuple[NeedlingFinding, ...]),
        outcome=row["outcome"],
        checked_by=row["checked_by"],
        checked_at=from_ms(row["checked_at"]),
    )
