"""The changed numbers of alert rules in the database: one row per change, with all numbers that hold since."""

from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from homeplan.alerts.thresholds.model import ThresholdChange
from homeplan.clock import from_ms, to_ms
from homeplan.context import Context

CLINIC = ""
"""The numbers of the whole clinic are kept under this instead of a patient's id."""


class Numbers(NamedTuple):
    """The numbers that hold for a clinic or a patient: a JSON object by their ids, empty before the first change."""

    version: int
    document: str


SELECT_NUMBERS = """
SELECT version, numbers FROM alert_thresholds
WHERE clinic_id = :clinic_id AND patient_id = :patient_id ORDER BY version DESC LIMIT 1"""


async def find_numbers(ctx: Context, patient_id: str) -> Numbers:
    """The numbers of the patient, or of the CLINIC."""
    row = await ctx.tx.fetch_one(SELECT_NUMBERS, clinic_id=ctx.clinic_id, patient_id=patient_id)
    return Numbers(0, "") if row is None else Numbers(row["version"], row["numbers"])


INSERT_CHANGE = """
INSERT INTO alert_thresholds (clinic_id, patient_id, version, numbers, threshold, value, reason, changed_by, by_name,
  changed_at)
VALUES (:clinic_id, :patient_id, :version, :numbers, :threshold, :value, :reason, :changed_by, :by_name, :now)"""


async def insert_change(
    ctx: Context,
    patient_id: str,
    threshold: str,
    *,
    version: int,
    numbers: Mapping[str, float],
    value: float | None,
    reason: str,
    by_name: str,
) -> None:
    """Add a change, with the numbers that hold from now on."""
    await ctx.tx.execute(
        INSERT_CHANGE,
        clinic_id=ctx.clinic_id,
        patient_id=patient_id,
        version=version,
        numbers=msgspec.json.encode(numbers).decode(),
        threshold=threshold,
        value=value,
        reason=reason,
        changed_by=ctx.actor.id,
        by_name=by_name,
        now=to_ms(ctx.now),
    )


SELECT_CHANGES = """
SELECT threshold, value, reason, by_name, changed_at FROM alert_thresholds
WHERE clinic_id = :clinic_id AND patient_id = :patient_id ORDER BY version DESC LIMIT 500"""


async def changes_of(ctx: Context, patient_id: str) -> dict[str, list[ThresholdChange]]:
    """The latest changes for the patient, or of the CLINIC, by the id of the number; the latest first."""
    found: dict[str, list[ThresholdChange]] = {}
    for row in await ctx.tx.fetch(SELECT_CHANGES, clinic_id=ctx.clinic_id, patient_id=patient_id):
        change = ThresholdChange(
            value=row["value"], reason=row["reason"], by_name=row["by_name"], at=from_ms(row["changed_at"])
        )
        found.setdefault(row["threshold"], []).append(change)
    return found
