"""The plan that the patient's phone keeps, and the patient's today for the chart."""

from homeplan.context import Context
from homeplan.http.access import Helping
from homeplan.http.answers import Tagged, Unchanged
from homeplan.http.routes import chart, me
from homeplan.programs.kept_plans import tagged_plan
from homeplan.programs.timeline.model import Today
from homeplan.programs.timeline.phone_plan import Plan
from homeplan.programs.views import today_of


@me.get("plan", writes=True, helper=Helping.ALWAYS)
async def read_my_plan(ctx: Context) -> Tagged[Plan] | Unchanged:
    """My plan from yesterday to fourteen days ahead. Reading it first makes the invitation an active episode.

    With its ETag in If-None-Match the answer is 304 while it is the same plan.
    """
    return await tagged_plan(ctx, ctx.own_patient_id)


@chart.get("today", audit="today.read")
async def read_today(ctx: Context, patient_id: str) -> Today:
    """The list that the patient's phone shows now, and the patient's progress with it."""
    return await today_of(ctx, patient_id)


routes = [read_my_plan, read_today]
