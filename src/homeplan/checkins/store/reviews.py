"""Whom the time-based rules look at next. The queue is narrow, and a due time is a hint: the truth is computed then."""

from datetime import datetime

from msgspec import Struct

from homeplan.clock import from_ms, to_ms
from homeplan.context import Context


class DueReview(Struct, frozen=True, kw_only=True):
    """A patient to look at, as found in the queue."""

    clinic_id: str
    patient_id: str
    due_at: datetime
    """The epoch itself asks for it at once: a revision was published, or an exercise hurt."""


SELECT_DUE = """
SELECT clinic_id, patient_id, due_at FROM reviews_due WHERE due_at <= :now ORDER BY due_at LIMIT :most"""


async def due_reviews(ctx: Context, most: int) -> list[DueReview]:
    """At most so many of those that are due, the longest overdue first."""
    rows = await ctx.tx.fetch(SELECT_DUE, now=to_ms(ctx.now), most=most)
    return [
        DueReview(clinic_id=row["clinic_id"], patient_id=row["patient_id"], due_at=from_ms(row["due_at"]))
        for row in rows
    ]


UPDATE_DUE = """
UPDATE reviews_due SET due_at = :next
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND due_at = :seen"""


async def put_off(ctx: Context, due: DueReview, until: datetime) -> bool:
    """Take the review out of the queue until then. False when somebody else did so first, who then does the work."""
    touched = await ctx.tx.execute(
        UPDATE_DUE,
        clinic_id=due.clinic_id,
        patient_id=due.patient_id,
        seen=to_ms(due.due_at),
        next=to_ms(until),
    )
    return touched > 0
