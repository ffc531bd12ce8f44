"""The plan that the patient's phone keeps, and the patient's today for the chart."""

from homeplan.context import Context
from homeplan.http.routes import chart, me
from homeplan.programs.actions.episodes import activate_episode
from homeplan.programs.timeline.model import Today
from homeplan.programs.timeline.phone_plan import Plan
from homeplan.programs.views import plan_of, today_of


@me.get("plan", writes=True)
async def read_my_plan(ctx: Context) -> Plan:
    """My plan from yesterday to fourteen days ahead. Reading it first makes the invitation an active episode."""
    await activate_episode(ctx, ctx.actor.id)
    return await plan_of(ctx, ctx.actor.id)


@chart.get("today", audit="today.read")
async def read_today(ctx: Context, patient_id: str) -> Today:
    """The list that the patient's phone shows now, and the patient's progress with it."""
    return await today_of(ctx, patient_id)


routes = [read_my_plan, read_today]
