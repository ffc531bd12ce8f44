"""What is on for a patient: the plan that the phone keeps, and what the chart shows of it now."""

from datetime import timedelta

from homeplan.accounts.store import find_patient
from homeplan.clock import local_day
from homeplan.context import Context
from homeplan.http.routes import chart, me
from homeplan.library.store import effective_library
from homeplan.programs import store
from homeplan.programs.timeline.model import Today
from homeplan.programs.timeline.phone_plan import Plan, plan_for_phone
from homeplan.values import zone

LOGS_ON_PHONE = timedelta(days=14)


@me.get("plan", audit="plan.read", writes=True)
async def read_my_plan(ctx: Context) -> Plan:
    """My plan from yesterday to fourteen days ahead. Reading it first makes the invitation an active episode."""
    patient = await find_patient(ctx, ctx.actor.id)
    home = zone(patient.time_zone)
    await store.activate_episode(ctx, patient.id)
    chart = await store.read_chart(ctx, patient.id)
    library = await effective_library(ctx)
    today = local_day(ctx.now, home)
    return plan_for_phone(
        episode=chart.episode,
        program=chart.program,
        sessions=chart.sessions,
        logs=await store.logs_between(ctx, patient.id, today - LOGS_ON_PHONE, today + timedelta(days=1)),
        library=library,
        shelf=store.shelf_of(library),
        now=ctx.now,
        zone=home,
    )


@chart.get("today", audit="today.read")
async def read_today(ctx: Context, patient_id: str) -> Today:
    """What the patient's phone shows now, and how far they have come."""
    patient = await find_patient(ctx, patient_id)
    return await store.today_of(ctx, patient_id, zone(patient.time_zone))


routes = [read_my_plan, read_today]
