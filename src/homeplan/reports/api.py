"""Routes of the therapist's overview and report, and of the patient's progress."""

import asyncio
from datetime import datetime

from msgspec import Struct

from homeplan.accounts.store import visible_patients
from homeplan.context import Context
from homeplan.http.routes import chart, me, staff
from homeplan.library.store import effective_library
from homeplan.programs.timeline.shelf import Shelf, shelf_of
from homeplan.reports import course
from homeplan.reports.judged import JudgedDays
from homeplan.reports.model import OverviewRow, Progress, Report
from homeplan.reports.overview import PatientFacts, most_urgent_first, overview_row, read_facts
from homeplan.settings import Settings

AT_ONCE = 10
"""Patients of the overview computed before other requests run: 0.1 ms each, 4 ms when no day is cached."""
READ_AT_ONCE = 100
"""Patients of the overview read with one set of statements."""


class OverviewFacts(Struct, frozen=True):
    """The facts of the overview, read on one snapshot at `now`."""

    of_patients: list[PatientFacts]
    shelf: Shelf
    cache: JudgedDays
    now: datetime


async def _rows(facts: OverviewFacts, _settings: Settings) -> list[OverviewRow]:
    rows: list[OverviewRow] = []
    for one in facts.of_patients:
        rows.append(overview_row(one, facts.shelf, facts.cache, facts.now))
        if len(rows) % AT_ONCE == 0:
            await asyncio.sleep(0)
    return most_urgent_first(rows)


@staff.get("overview", audit="overview.read", aside=True, after=_rows)
async def read_overview(ctx: Context) -> OverviewFacts:
    """My patients, the most urgent needs first; at most 500."""
    patients = await visible_patients(ctx)
    shelf = shelf_of(await effective_library(ctx))
    found: list[PatientFacts] = []
    for at in range(0, len(patients), READ_AT_ONCE):
        found += await read_facts(ctx, patients[at : at + READ_AT_ONCE])
    return OverviewFacts(found, shelf, ctx.memory.of(JudgedDays), ctx.now)


@chart.get("report", audit="report.read")
async def read_report(ctx: Context, patient_id: str) -> Report:
    """The patient's last 180 days: pain, response to each session, adherence, suggestions to the therapist."""
    return await course.read_report(ctx, patient_id)


@me.get("progress")
async def read_my_progress(ctx: Context) -> Progress:
    """My last six weeks, with gaps where nothing was entered."""
    return await course.read_progress(ctx, ctx.actor.id)


routes = [read_overview, read_report, read_my_progress]
