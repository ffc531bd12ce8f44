"""Overview and report for the therapist, progress for the patient."""

import asyncio
from functools import partial

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath

from homeplan.accounts.audit import record
from homeplan.accounts.model import Scope
from homeplan.accounts.store import visible_patients
from homeplan.clock import Clock
from homeplan.db import Database
from homeplan.http.access import Access
from homeplan.reports.course import read_progress, read_report
from homeplan.reports.model import OverviewRow, Progress, Report
from homeplan.reports.overview import overview_row, pressing_first, read_facts

AT_ONCE = 10
"""Patients of the overview after whom others get their turn: 1 ms each, 4 ms when their days are judged first."""


@get("/api/overview", access=Access.STAFF, operation_id="readOverview", audit="overview.read")
async def get_overview(
    who: NamedDependency[Scope], db: NamedDependency[Database], clock: NamedDependency[Clock]
) -> list[OverviewRow]:
    """My patients, those who need me first; at most 500."""
    now = clock.now()
    patients = await db.read(lambda tx: visible_patients(tx, who))
    await db.write(lambda tx: record(tx, who, now, action="overview.read"))
    rows: list[OverviewRow] = []
    for at in range(0, len(patients), AT_ONCE):
        some = patients[at : at + AT_ONCE]
        facts, shelf = await db.read(partial(read_facts, clinic_id=who.clinic_id, patients=some, now=now))
        rows += [overview_row(one, shelf, now) for one in facts]
        await asyncio.sleep(0)
    return pressing_first(rows)


@get("/api/patients/{patient_id:str}/report", access=Access.CHART, operation_id="readReport", audit="report.read")
async def get_report(
    patient_id: FromPath[str],
    who: NamedDependency[Scope],
    db: NamedDependency[Database],
    clock: NamedDependency[Clock],
) -> Report:
    """The patient's course of 180 days: pain, sessions before and after, adherence, suggestions to the therapist."""
    now = clock.now()
    report = await db.read(lambda tx: read_report(tx, who, patient_id, now))
    await db.write(lambda tx: record(tx, who, now, action="report.read", patient_id=patient_id))
    return report


@get("/api/me/progress", access=Access.PATIENT, operation_id="readMyProgress", audit="progress.read")
async def get_progress(
    who: NamedDependency[Scope], db: NamedDependency[Database], clock: NamedDependency[Clock]
) -> Progress:
    """My own last six weeks, with gaps where nothing was entered."""
    now = clock.now()
    progress = await db.read(lambda tx: read_progress(tx, who, now))
    await db.write(lambda tx: record(tx, who, now, action="progress.read", patient_id=who.actor_id))
    return progress


routes = [get_overview, get_report, get_progress]
