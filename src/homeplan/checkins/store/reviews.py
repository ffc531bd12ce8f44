"""The queue of patients whom the time-based alert rules judge next. It is narrow, and a due time is only a hint."""

from datetime import datetime

from msgspec import Struct

from homeplan.backlog import Backlog, backlog
from homeplan.clock import from_ms, to_ms
from homeplan.context import Context


class DueReview(Struct, frozen=True, kw_only=True):
    """A patient to review, as found in the queue."""

    clinic_id: str
    patient_id: str
    due_at: datetime
    """The epoch means "at once": a revision was published, an exercise hurt, or a number of a rule changed."""


SELECT_DUE = """
SELECT clinic_id, patient_id, due_at FROM reviews_due WHERE due_at <= :now ORDER BY due_at LIMIT :most"""


async def due_reviews(ctx: Context, most: int) -> list[DueReview]:
    """Up to `most` due reviews of all clinics, the longest overdue first."""
    rows = await ctx.tx.fetch(SELECT_DUE, now=to_ms(ctx.now), most=most)
    return [
        DueReview(clinic_id=row["clinic_id"], patient_id=row["patient_id"], due_at=from_ms(row["due_at"]))
        for row in rows
    ]


UPDATE_DUE = """
UPDATE reviews_due SET due_at = :next
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND due_at = :seen"""


async def put_off(ctx: Context, due: DueReview, until: datetime) -> bool:
    """Move the review to `until`. Returns False when another worker did so first; that worker does the review."""
    touched = await ctx.tx.execute(
        UPDATE_DUE,
        clinic_id=due.clinic_id,
        patient_id=due.patient_id,
        seen=to_ms(due.due_at),
        next=to_ms(until),
    )
    return touched > 0


BACKLOG = """
SELECT COUNT(*) AS depth, MIN(CASE WHEN due_at > 0 THEN due_at END) AS oldest FROM reviews_due WHERE due_at <= :now"""


async def waiting_reviews(ctx: Context) -> Backlog:
    """The reviews that are due; what is to be reviewed at once has no time from which it waits."""
    return backlog(await ctx.tx.fetch_one(BACKLOG, now=to_ms(ctx.now)), ctx.now)


DELETE_REVIEW = "DELETE FROM reviews_due WHERE clinic_id = :clinic_id AND patient_id = :patient_id"


async def delete_review(ctx: Context, patient_id: str) -> None:
    """Take the patient out of the queue for good."""
    await ctx.tx.execute(DELETE_REVIEW, clinic_id=ctx.clinic_id, patient_id=patient_id)
