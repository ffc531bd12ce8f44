"""Visits in the database."""

from collections.abc import Sequence
from datetime import date, datetime, time

from homeplan.actor import Role
from homeplan.clock import from_ms, to_ms
from homeplan.contact.visits.model import Visit, VisitEntry, VisitState
from homeplan.context import Context
from homeplan.db import Row

MAX_LISTED = 200

INSERT_VISIT = """
INSERT INTO visits (clinic_id, id, patient_id, kind, day, wall_time, time_zone, starts_at, note, state, created_at,
  created_by)
VALUES (:clinic_id, :id, :patient_id, :kind, :day, :wall_time, :time_zone, :starts_at, :note, :state, :now, :created_by)
ON CONFLICT (clinic_id, id) DO NOTHING"""


async def insert_visit(
    ctx: Context, patient_id: str, entry: VisitEntry, starts_at: datetime, state: VisitState
) -> bool:
    """Add a visit; False when the clinic has one of that id already."""
    added = await ctx.tx.execute(
        INSERT_VISIT,
        clinic_id=ctx.clinic_id,
        id=entry.id,
        patient_id=patient_id,
        kind=entry.kind,
        day=entry.day.isoformat(),
        wall_time=entry.wall_time.strftime("%H:%M"),
        time_zone=entry.time_zone,
        starts_at=to_ms(starts_at),
        note=entry.note,
        state=state,
        now=to_ms(ctx.now),
        created_by=ctx.actor.id,
    )
    return bool(added)


END_VISIT = """
UPDATE visits SET state = :state, moved_to = :moved_to, session_id = :session_id, changed_at = :now,
  changed_by = :changed_by
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND id = :id AND state = 'planned'"""


async def end_visit(
    ctx: Context,
    patient_id: str,
    visit_id: str,
    state: VisitState,
    *,
    moved_to: str | None = None,
    session_id: str | None = None,
) -> bool:
    """Give a planned visit its last state; False when it is not planned any more."""
    ended = await ctx.tx.execute(
        END_VISIT,
        clinic_id=ctx.clinic_id,
        patient_id=patient_id,
        id=visit_id,
        state=state,
        moved_to=moved_to,
        session_id=session_id,
        now=to_ms(ctx.now),
        changed_by=None if ctx.actor.role is Role.PATIENT else ctx.actor.id,
    )
    return ended > 0


OPEN_VISIT = """
UPDATE visits SET state = 'planned', session_id = NULL, changed_at = :now, changed_by = :changed_by
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND session_id = :session_id AND state = 'took-place'"""


async def open_visit_of(ctx: Context, patient_id: str, session_id: str) -> None:
    """Let the visit that the needling session closed be planned again."""
    await ctx.tx.execute(
        OPEN_VISIT,
        clinic_id=ctx.clinic_id,
        patient_id=patient_id,
        session_id=session_id,
        now=to_ms(ctx.now),
        changed_by=ctx.actor.id,
    )


MOVE_PLANNED = """
UPDATE visits SET patient_id = :to_id
WHERE clinic_id = :clinic_id AND patient_id = :from_id AND state = 'planned' RETURNING id"""


async def move_planned(ctx: Context, from_id: str, to_id: str) -> list[str]:
    """Give the planned visits of one record to another of the same person; returns their ids."""
    rows = await ctx.tx.fetch(MOVE_PLANNED, clinic_id=ctx.clinic_id, from_id=from_id, to_id=to_id)
    return sorted(row["id"] for row in rows)


MOVE_BACK = """
UPDATE visits SET patient_id = :to_id
WHERE clinic_id = :clinic_id AND patient_id = :from_id AND id IN (:visit_ids)"""


async def move_back(ctx: Context, from_id: str, to_id: str, visit_ids: Sequence[str]) -> None:
    """Give these visits back to the record from which they came."""
    await ctx.tx.execute(MOVE_BACK, clinic_id=ctx.clinic_id, from_id=from_id, to_id=to_id, visit_ids=list(visit_ids))


CANCEL_PLANNED = """
UPDATE visits SET state = 'cancelled', changed_at = :now
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND state = 'planned' AND starts_at > :now"""


async def cancel_planned(ctx: Context, patient_id: str) -> None:
    """Cancel what is planned from now on."""
    await ctx.tx.execute(CANCEL_PLANNED, clinic_id=ctx.clinic_id, patient_id=patient_id, now=to_ms(ctx.now))


SELECT_VISITS = """
SELECT id, kind, day, wall_time, time_zone, starts_at, note, state, moved_to, session_id FROM visits
WHERE clinic_id = :clinic_id AND patient_id = :patient_id
ORDER BY starts_at DESC, id DESC LIMIT :most"""


async def visits_of(ctx: Context, patient_id: str) -> list[Visit]:
    """The patient's visits, the latest first; at most 200."""
    rows = await ctx.tx.fetch(SELECT_VISITS, clinic_id=ctx.clinic_id, patient_id=patient_id, most=MAX_LISTED)
    return [_visit(row) for row in rows]


def _visit(row: Row) -> Visit:
    return Visit(
        id=row["id"],
        kind=row["kind"],
        day=date.fromisoformat(row["day"]),
        wall_time=time.fromisoformat(row["wall_time"]),
        time_zone=row["time_zone"],
        starts_at=from_ms(row["starts_at"]),
        note=row["note"],
        state=row["state"],
        moved_to=row["moved_to"],
        session_id=row["session_id"],
    )


DELETE_OLD = """
DELETE FROM visits WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND starts_at < :before"""


async def delete_old(ctx: Context, patient_id: str, before: datetime) -> None:
    """Delete the patient's visits that began before then."""
    await ctx.tx.execute(DELETE_OLD, clinic_id=ctx.clinic_id, patient_id=patient_id, before=to_ms(before))
