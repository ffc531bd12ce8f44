"""Exercise pauses in the database: started by a worrying safety answer, lifted by a member of staff."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from homeplan.checkins.model import ExercisePause
from homeplan.clock import from_ms, from_ms_or_none, to_ms
from homeplan.context import Context
from homeplan.db import Row
from homeplan.ids import new_id

INSERT_PAUSE = """
INSERT INTO exercise_pauses (clinic_id, id, patient_id, since, reason)
VALUES (:clinic_id, :id, :patient_id, :since, :reason)
ON CONFLICT (clinic_id, patient_id) WHERE lifted_at IS NULL
DO UPDATE SET reason = excluded.reason WHERE excluded.reason = 'emergency'"""


async def pause_exercise(
    ctx: Context, patient_id: str, *, since: datetime, reason: Literal["emergency", "urgent"]
) -> None:
    """Start a pause at the time of the answer. During a pause only an emergency changes its reason."""
    await ctx.tx.execute(
        INSERT_PAUSE,
        clinic_id=ctx.clinic_id,
        id=new_id(ctx.now),
        patient_id=patient_id,
        since=to_ms(since),
        reason=reason,
    )


SELECT_OPEN_PAUSE = """
SELECT id, patient_id, since, reason, lifted_at, lifted_by, acknowledged_alert, contact_id FROM exercise_pauses
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND lifted_at IS NULL"""


async def exercise_paused(ctx: Context, patient_id: str) -> ExercisePause | None:
    """The current pause; None when the patient may exercise. No exercise reminder rings during a pause."""
    row = await ctx.tx.fetch_one(SELECT_OPEN_PAUSE, clinic_id=ctx.clinic_id, patient_id=patient_id)
    return None if row is None else _pause(row)


LIFT_PAUSE = """
UPDATE exercise_pauses SET lifted_at = :now, lifted_by = :lifted_by, acknowledged_alert = :alert_id,
  contact_id = :contact_id
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND lifted_at IS NULL"""


async def lift_pause(ctx: Context, patient_id: str, alert_id: str | None, contact_id: str | None) -> bool:
    """End the current pause, after the alert was acknowledged and the contact took place. Returns False when there is
    none."""
    lifted = await ctx.tx.execute(
        LIFT_PAUSE,
        clinic_id=ctx.clinic_id,
        patient_id=patient_id,
        now=to_ms(ctx.now),
        lifted_by=ctx.actor.id,
        alert_id=alert_id,
        contact_id=contact_id,
    )
    return lifted > 0


SELECT_PAUSES_SINCE = """
SELECT id, patient_id, since, reason, lifted_at, lifted_by, acknowledged_alert, contact_id FROM exercise_pauses
WHERE clinic_id = :clinic_id AND patient_id IN (:patient_ids) AND (lifted_at IS NULL OR lifted_at > :after)
ORDER BY since, id"""


async def pauses_since(ctx: Context, patient_ids: Sequence[str], after: datetime) -> dict[str, list[ExercisePause]]:
    """The pauses by patient that were not over at `after`, the oldest first."""
    rows = await ctx.tx.fetch(SELECT_PAUSES_SINCE, clinic_id=ctx.clinic_id, patient_ids=patient_ids, after=to_ms(after))
    found: dict[str, list[ExercisePause]] = {}
    for row in rows:
        found.setdefault(row["patient_id"], []).append(_pause(row))
    return found


SELECT_LIFTED_AFTER = """
SELECT 1 FROM exercise_pauses
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND contact_id = :contact_id"""


async def is_lifted_after(ctx: Context, patient_id: str, contact_id: str) -> bool:
    """Whether a pause was lifted after that contact."""
    found = await ctx.tx.fetch_value(
        SELECT_LIFTED_AFTER, clinic_id=ctx.clinic_id, patient_id=patient_id, contact_id=contact_id
    )
    return found is not None


def _pause(row: Row) -> ExercisePause:
    return ExercisePause(
        id=row["id"],
        since=from_ms(row["since"]),
        reason=row["reason"],
        lifted_at=from_ms_or_none(row["lifted_at"]),
        lifted_by=row["lifted_by"],
        acknowledged_alert=row["acknowledged_alert"],
        contact=row["contact_id"],
    )
