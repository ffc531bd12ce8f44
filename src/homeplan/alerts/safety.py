"""The alert of a warning sign in the database, as the patient's phone and the exercise pause need it."""

from datetime import datetime
from typing import NamedTuple

import msgspec

from homeplan.clock import from_ms
from homeplan.context import Context


class SafetyAlert(NamedTuple):
    """The alert of a warning sign that nobody has acknowledged."""

    id: str
    signs: tuple[str, ...]
    raised_at: datetime


SELECT_OPEN_SAFETY_ALERT = """
SELECT id, marks, raised_at FROM alerts
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND rule = 'safety-yes' AND closed_at IS NULL"""


async def open_safety_alert(ctx: Context, patient_id: str) -> SafetyAlert | None:
    """The patient's open alert of warning signs; None when every sign has been acknowledged."""
    row = await ctx.tx.fetch_one(SELECT_OPEN_SAFETY_ALERT, clinic_id=ctx.clinic_id, patient_id=patient_id)
    if row is None:
        return None
    signs = msgspec.json.decode(row["marks"], type=tuple[str, ...])
    return SafetyAlert(id=row["id"], signs=signs, raised_at=from_ms(row["raised_at"]))


class LastAcknowledged(NamedTuple):
    """The alert of a warning sign that was acknowledged last."""

    id: str
    at: datetime


SELECT_LAST_ACKNOWLEDGED = """
SELECT id, closed_at FROM alerts
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND rule = 'safety-yes' AND closed_reason = 'acknowledged'
ORDER BY closed_at DESC, id DESC LIMIT 1"""


async def last_acknowledged(ctx: Context, patient_id: str) -> LastAcknowledged | None:
    """The patient's warning sign that was acknowledged last; None before the first."""
    row = await ctx.tx.fetch_one(SELECT_LAST_ACKNOWLEDGED, clinic_id=ctx.clinic_id, patient_id=patient_id)
    return None if row is None else LastAcknowledged(row["id"], from_ms(row["closed_at"]))


SELECT_LATEST = """
SELECT id FROM alerts
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND rule = 'safety-yes'
ORDER BY raised_at DESC, id DESC LIMIT 1"""


async def latest_safety_alert(ctx: Context, patient_id: str) -> str | None:
    """The id of the patient's latest alert of warning signs, open or closed; None before the first."""
    found = await ctx.tx.fetch_value(SELECT_LATEST, clinic_id=ctx.clinic_id, patient_id=patient_id)
    return None if found is None else str(found)
