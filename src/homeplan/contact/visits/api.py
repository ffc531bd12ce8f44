"""Routes of visits, for the chart and the patient's phone."""

from homeplan.contact.visits import actions, rules, store
from homeplan.contact.visits.model import MyVisits, Visit, VisitChange, VisitEntry, VisitMove
from homeplan.context import Context
from homeplan.http.access import Helping
from homeplan.http.routes import chart, me
from homeplan.values import Id


@chart.get("visits", audit="visit.list", desk=True)
async def list_visits(ctx: Context, patient_id: str) -> list[Visit]:
    """The patient's visits, the latest first; at most 200."""
    return await store.visits_of(ctx, patient_id)


@chart.post("visits", audit="visit.add", desk=True)
async def add_visit(ctx: Context, patient_id: str, data: VisitEntry) -> Visit:
    """Enter a visit by the clinic's clock: a planned one, or one that took place."""
    ctx.object_id = data.id
    return await actions.add_visit(ctx, patient_id, data)


@chart.put("visits/{visit_id}/state", audit="visit.end", desk=True)
async def end_visit(ctx: Context, patient_id: str, visit_id: Id, data: VisitChange) -> Visit:
    """Say that a planned visit took place, was missed or is cancelled."""
    ctx.object_id = visit_id
    return await actions.end_visit(ctx, patient_id, visit_id, data)


@chart.post("visits/{visit_id}/move", audit="visit.move", desk=True)
async def move_visit(ctx: Context, patient_id: str, visit_id: Id, data: VisitMove) -> Visit:
    """Move a planned visit to another time; the answer is the visit that takes its place."""
    ctx.object_id = data.id
    return await actions.move_visit(ctx, patient_id, visit_id, data)


@me.get("visits", helper=Helping.ALWAYS)
async def read_my_visits(ctx: Context) -> MyVisits:
    """My next visit, and whether it was moved or cancelled."""
    return rules.my_visits(await store.visits_of(ctx, ctx.own_patient_id), ctx.now)


routes = [list_visits, add_visit, end_visit, move_visit, read_my_visits]
