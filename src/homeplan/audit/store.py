"""Audit events in the database: who read or wrote what about whom. Only names and ids are recorded, never values.

The schema notes each new event in `audit_unsealed`, from where seals.py takes it.
"""

from homeplan.clock import to_ms
from homeplan.context import Context

INSERT_EVENT = """
INSERT INTO audit_events (clinic_id, at, actor_id, role, sign_in_id, action, object_id, patient_id, ip, request_id)
VALUES (:clinic_id, :at, :actor_id, :role, :sign_in_id, :action, :object_id, :patient_id, :ip, :request_id)"""


async def append(ctx: Context, action: str, *, object_id: str | None = None, patient_id: str | None = None) -> None:
    """Append one event, for example "checkin.save". It waits for no other event."""
    await ctx.tx.execute(
        INSERT_EVENT,
        clinic_id=ctx.clinic_id,
        at=to_ms(ctx.now),
        actor_id=ctx.actor.id,
        role=ctx.actor.role.value,
        sign_in_id=ctx.actor.sign_in_id,
        action=action,
        object_id=object_id,
        patient_id=patient_id,
        ip=ctx.actor.ip,
        request_id=ctx.actor.request_id,
    )
