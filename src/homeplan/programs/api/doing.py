"""What is on for a patient and what they did: the phone's plan and logs, and the chart's view of both."""

import re
from datetime import date, timedelta
from typing import Annotated

from homeplan.accounts.store import find_patient
from homeplan.clock import local_day
from homeplan.context import Context
from homeplan.errors import Invalid
from homeplan.http.routes import chart, me
from homeplan.http.seam import Query
from homeplan.library.store import effective_library
from homeplan.programs import store
from homeplan.programs.model import ExerciseLog, LogEntry
from homeplan.programs.plan import Plan, plan_for_phone
from homeplan.programs.today import Today
from homeplan.values import zone

LOGS_ON_PHONE = timedelta(days=14)
USUAL_RANGE = timedelta(days=90)
LONGEST_RANGE = timedelta(days=400)

_LOG_ID = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)

DayFrom = Annotated[date | None, Query(name="from", description="First day, 2026-03-02.")]
DayTo = Annotated[date | None, Query(name="to", description="Last day, 2026-03-02.")]


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


@me.put("exercise-logs/{log_id}", audit="log.save")
async def save_exercise_log(ctx: Context, log_id: str, data: LogEntry) -> ExerciseLog:
    """Save what I did under an id that my phone made; sending it again changes nothing. Answers with what is stored.

    Of two answers under one id the one made later (`occurredAt`) stays.
    """
    _check_id(log_id)
    return await store.save_log(ctx, ctx.actor.id, log_id, data)


@me.delete("exercise-logs/{log_id}", audit="log.undo")
async def undo_exercise_log(ctx: Context, log_id: str) -> None:
    """Take back what I noted by mistake. Asking again, or for a log that never arrived, changes nothing."""
    _check_id(log_id)
    await store.undo_log(ctx, ctx.actor.id, log_id)


@chart.get("today", audit="today.read")
async def read_today(ctx: Context, patient_id: str) -> Today:
    """What the patient's phone shows now, and how far they have come."""
    patient = await find_patient(ctx, patient_id)
    return await store.today_of(ctx, patient_id, zone(patient.time_zone))


@chart.get("exercise-logs", audit="log.list")
async def list_exercise_logs(
    ctx: Context, patient_id: str, first: DayFrom = None, last: DayTo = None
) -> list[ExerciseLog]:
    """The patient's logs by local day, both ends included; without a range those of the last 90 days."""
    last = last or ctx.now.date() + timedelta(days=1)
    first = first or date.fromordinal(max(1, last.toordinal() - USUAL_RANGE.days))
    if not timedelta(0) <= last - first <= LONGEST_RANGE:
        raise Invalid(f"A range of at most {LONGEST_RANGE.days} days, the first day first.", field="from")
    since, until = first, last
    return await store.logs_between(ctx, patient_id, since, until)


routes = [read_my_plan, save_exercise_log, undo_exercise_log, read_today, list_exercise_logs]


def _check_id(log_id: str) -> None:
    if _LOG_ID.fullmatch(log_id) is None:
        raise Invalid("A log's id has 1 to 64 letters, digits, - or _.", field="logId")
