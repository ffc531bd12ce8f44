"""Owners, snoozes and attempts of open alerts, in the database."""

from datetime import datetime
from typing import Literal

from homeplan.clock import to_ms, to_ms_or_none
from homeplan.context import Context
from homeplan.ids import new_id

INSERT_CHANGE = """
INSERT INTO alert_changes (clinic_id, id, alert_id, kind, owner_id, until, reason, by_id, at)
VALUES (:clinic_id, :id, :alert_id, :kind, :owner_id, :until, :reason, :by_id, :now)"""


async def insert_change(
    ctx: Context,
    alert_id: str,
    kind: Literal["assigned", "snoozed", "woken"],
    *,
    owner_id: str | None = None,
    until: datetime | None = None,
    reason: str | None = None,
) -> None:
    """Add to the record that the actor gave the alert to somebody, snoozed it or ended the snooze."""
    await ctx.tx.execute(
        INSERT_CHANGE,
        clinic_id=ctx.clinic_id,
        id=new_id(ctx.now),
        alert_id=alert_id,
        kind=kind,
        owner_id=owner_id,
        until=to_ms_or_none(until),
        reason=reason,
        by_id=ctx.actor.id,
        now=to_ms(ctx.now),
    )


SET_OWNER = """
UPDATE alerts SET owner_id = :owner_id
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND id = :id AND closed_at IS NULL"""


async def set_owner(ctx: Context, patient_id: str, alert_id: str, owner_id: str) -> bool:
    """Give an open alert to a member of staff. Returns False when it is closed."""
    touched = await ctx.tx.execute(
        SET_OWNER, clinic_id=ctx.clinic_id, patient_id=patient_id, id=alert_id, owner_id=owner_id
    )
    return touched > 0


SET_SNOOZE = """
UPDATE alerts SET snoozed_until = :until, snooze_reason = :reason, snoozed_by = :by_id
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND id = :id AND closed_at IS NULL"""


async def set_snooze(ctx: Context, patient_id: str, alert_id: str, until: datetime, reason: str) -> bool:
    """Put an open alert aside until then. Returns False when it is closed."""
    touched = await ctx.tx.execute(
        SET_SNOOZE,
        clinic_id=ctx.clinic_id,
        patient_id=patient_id,
        id=alert_id,
        until=to_ms(until),
        reason=reason,
        by_id=ctx.actor.id,
    )
    return touched > 0


END_SNOOZE = """
UPDATE alerts SET snoozed_until = NULL, snooze_reason = NULL, snoozed_by = NULL
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND id = :id AND snoozed_until > :now"""


async def end_snooze(ctx: Context, patient_id: str, alert_id: str) -> bool:
    """Put a snoozed alert back among the others. Returns False when it is not snoozed."""
    touched = await ctx.tx.execute(
        END_SNOOZE, clinic_id=ctx.clinic_id, patient_id=patient_id, id=alert_id, now=to_ms(ctx.now)
    )
    return touched > 0


SET_NEXT_ATTEMPT = """
UPDATE alerts SET next_attempt_due_at = :due
WHERE clinic_id = :clinic_id AND id = :id AND closed_at IS NULL"""


async def set_next_attempt(ctx: Context, alert_id: str, due: datetime | None) -> None:
    """Say when the next attempt to reach the patient is due; a closed alert keeps none."""
    await ctx.tx.execute(SET_NEXT_ATTEMPT, clinic_id=ctx.clinic_id, id=alert_id, due=to_ms_or_none(due))


SELECT_CLOSED = """
SELECT id FROM alerts
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND closed_at < :before"""


async def closed_before(ctx: Context, patient_id: str, before: datetime) -> list[str]:
    """The ids of the patient's alerts that were closed before then."""
    rows = await ctx.tx.fetch(SELECT_CLOSED, clinic_id=ctx.clinic_id, patient_id=patient_id, before=to_ms(before))
    return [row["id"] for row in rows]
