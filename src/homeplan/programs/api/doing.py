"""What is on for a patient and what they did: the phone's plan and logs, and the chart's view of both."""

import re
from datetime import date, timedelta
from typing import Annotated

from litestar import delete, get, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from homeplan.accounts.audit import record
from homeplan.accounts.model import Scope
from homeplan.accounts.store import find_patient
from homeplan.clock import Clock, local_day
from homeplan.db import Database, Tx
from homeplan.errors import Invalid
from homeplan.http.access import Access
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

DayFrom = Annotated[date | None, QueryParameter(name="from", description="First day, 2026-03-02.")]
DayTo = Annotated[date | None, QueryParameter(name="to", description="Last day, 2026-03-02.")]


@get("/api/me/plan", access=Access.PATIENT, operation_id="readMyPlan", audit="plan.read")
async def get_my_plan(
    who: NamedDependency[Scope], db: NamedDependency[Database], clock: NamedDependency[Clock]
) -> Plan:
    """My plan from yesterday to fourteen days ahead. Reading it first makes the invitation an active episode."""
    now = clock.now()

    async def work(tx: Tx) -> Plan:
        patient = await find_patient(tx, who, who.actor_id)
        home = zone(patient.time_zone)
        await store.activate_episode(tx, who, patient.id, now)
        chart = await store.read_chart(tx, who.clinic_id, patient.id)
        library = await effective_library(tx, who.clinic_id)
        today = local_day(now, home)
        plan = plan_for_phone(
            episode=chart.episode,
            program=chart.program,
            sessions=chart.sessions,
            logs=await store.logs_between(
                tx, who.clinic_id, patient.id, today - LOGS_ON_PHONE, today + timedelta(days=1)
            ),
            library=library,
            shelf=store.shelf_of(library),
            now=now,
            zone=home,
        )
        await record(tx, who, now, action="plan.read", patient_id=patient.id)
        return plan

    return await db.write(work)


@put("/api/me/exercise-logs/{log_id:str}", access=Access.PATIENT, operation_id="saveExerciseLog", audit="log.save")
async def put_log(
    log_id: FromPath[str],
    data: JSONBody[LogEntry],
    who: NamedDependency[Scope],
    db: NamedDependency[Database],
    clock: NamedDependency[Clock],
) -> ExerciseLog:
    """Save what I did under an id that my phone made; sending it again changes nothing. Answers with what is stored.

    Of two answers under one id the one made later (`occurredAt`) stays.
    """
    now = clock.now()
    _check_id(log_id)

    async def work(tx: Tx) -> ExerciseLog:
        saved = await store.save_log(tx, who.clinic_id, who.actor_id, log_id, data, now)
        await record(tx, who, now, action="log.save", object_id=log_id, patient_id=who.actor_id)
        return saved

    return await db.write(work)


@delete("/api/me/exercise-logs/{log_id:str}", access=Access.PATIENT, operation_id="undoExerciseLog", audit="log.undo")
async def delete_log(
    log_id: FromPath[str],
    who: NamedDependency[Scope],
    db: NamedDependency[Database],
    clock: NamedDependency[Clock],
) -> None:
    """Take back what I noted by mistake. Asking again, or for a log that never arrived, changes nothing."""
    now = clock.now()
    _check_id(log_id)

    async def work(tx: Tx) -> None:
        await store.undo_log(tx, who.clinic_id, who.actor_id, log_id)
        await record(tx, who, now, action="log.undo", object_id=log_id, patient_id=who.actor_id)

    await db.write(work)


@get("/api/patients/{patient_id:str}/today", access=Access.CHART, operation_id="readToday", audit="today.read")
async def get_today(
    patient_id: FromPath[str],
    who: NamedDependency[Scope],
    db: NamedDependency[Database],
    clock: NamedDependency[Clock],
) -> Today:
    """What the patient's phone shows now, and how far they have come."""
    now = clock.now()

    async def work(tx: Tx) -> Today:
        patient = await find_patient(tx, who, patient_id)
        today = await store.today_of(tx, who.clinic_id, patient_id, now, zone(patient.time_zone))
        await record(tx, who, now, action="today.read", patient_id=patient_id)
        return today

    return await db.write(work)


@get(
    "/api/patients/{patient_id:str}/exercise-logs",
    access=Access.CHART,
    operation_id="listExerciseLogs",
    audit="log.list",
)
async def get_logs(
    patient_id: FromPath[str],
    who: NamedDependency[Scope],
    db: NamedDependency[Database],
    clock: NamedDependency[Clock],
    first: DayFrom = None,
    last: DayTo = None,
) -> list[ExerciseLog]:
    """The patient's logs by local day, both ends included; without a range those of the last 90 days."""
    now = clock.now()
    last = last or now.date() + timedelta(days=1)
    first = first or date.fromordinal(max(1, last.toordinal() - USUAL_RANGE.days))
    if not timedelta(0) <= last - first <= LONGEST_RANGE:
        raise Invalid(f"A range of at most {LONGEST_RANGE.days} days, the first day first.", field="from")
    since, until = first, last

    async def work(tx: Tx) -> list[ExerciseLog]:
        found = await store.logs_between(tx, who.clinic_id, patient_id, since, until)
        await record(tx, who, now, action="log.list", patient_id=patient_id)
        return found

    return await db.write(work)


routes = [get_my_plan, put_log, delete_log, get_today, get_logs]


def _check_id(log_id: str) -> None:
    if _LOG_ID.fullmatch(log_id) is None:
        raise Invalid("A log's id has 1 to 64 letters, digits, - or _.", field="logId")
