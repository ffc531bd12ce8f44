"""Enters, moves and ends visits."""

from datetime import datetime

from homeplan.contact.visits import rules, store
from homeplan.contact.visits.model import Visit, VisitChange, VisitEntry, VisitMove, VisitOver
from homeplan.context import Context
from homeplan.errors import NotFound, SentBefore
from homeplan.values import only


async def add_visit(ctx: Context, patient_id: str, entry: VisitEntry) -> Visit:
    """Store a visit once: planned, or past when its time is over. Raises Invalid, and SentBefore for another visit
    under its id."""
    at = rules.starts_at(entry, ctx.now)
    is_new = await store.insert_visit(ctx, patient_id, entry, at, "planned" if at > ctx.now else "took-place")
    ctx.repeated = not is_new
    stored = await _find(ctx, patient_id, entry.id)
    if stored is None or only(VisitEntry, stored) != only(VisitEntry, entry):
        raise SentBefore(field="id")
    return stored


async def end_visit(ctx: Context, patient_id: str, visit_id: str, change: VisitChange) -> Visit:
    """Give a planned visit its last state; the same again changes nothing. Raises NotFound and VisitOver."""
    known = await _known(ctx, patient_id, visit_id)
    if known.state == change.state:
        return known
    is_new = await store.end_visit(ctx, patient_id, visit_id, change.state)
    ended = await _known(ctx, patient_id, visit_id)
    if not is_new and ended.state != change.state:  # the same request may have ended it meanwhile
        raise VisitOver
    return ended


async def move_visit(ctx: Context, patient_id: str, visit_id: str, move: VisitMove) -> Visit:
    """Put a visit of another time in the place of a planned one, and return it. Raises as `add_visit` and VisitOver."""
    known = await _known(ctx, patient_id, visit_id)
    entry = VisitEntry(
        id=move.id,
        kind=known.kind,
        note=known.note,
        day=move.day,
        wall_time=move.wall_time,
        time_zone=move.time_zone,
    )
    if known.moved_to == move.id:
        return await add_visit(ctx, patient_id, entry)
    if not await store.end_visit(ctx, patient_id, visit_id, "moved", moved_to=move.id):
        known = await _known(ctx, patient_id, visit_id)  # the same request may have moved it meanwhile
        if known.moved_to != move.id:
            raise VisitOver
    return await add_visit(ctx, patient_id, entry)


async def close_by_session(ctx: Context, patient_id: str, session_id: str, ended_at: datetime) -> None:
    """Note that the planned visit of that day took place, with its needling session; without one nothing happens."""
    visit = rules.closed_by_session(await store.visits_of(ctx, patient_id), ended_at)
    if visit is not None:
        await store.end_visit(ctx, patient_id, visit.id, "took-place", session_id=session_id)


async def open_again(ctx: Context, patient_id: str, session_id: str) -> None:
    """Let the visit that a needling session closed be a planned one again: the session was of another day, or none."""
    await store.open_visit_of(ctx, patient_id, session_id)


async def forget(ctx: Context, patient_id: str) -> None:
    """Cancel the planned visits of a patient who leaves; past ones stay."""
    await store.cancel_planned(ctx, patient_id)


async def _known(ctx: Context, patient_id: str, visit_id: str) -> Visit:
    found = await _find(ctx, patient_id, visit_id)
    if found is None:
        raise NotFound
    return found


async def _find(ctx: Context, patient_id: str, visit_id: str) -> Visit | None:
    return next((one for one in await store.visits_of(ctx, patient_id) if one.id == visit_id), None)
