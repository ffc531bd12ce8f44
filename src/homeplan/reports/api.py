"""Overview and report for the therapist, progress for the patient."""

import asyncio
from functools import partial

from homeplan.accounts.store import visible_patients
from homeplan.context import Context
from homeplan.http.routes import chart, me, staff
from homeplan.http.seam import Exchange
from homeplan.reports import course
from homeplan.reports.model import OverviewRow, Progress, Report
from homeplan.reports.overview import overview_row, pressing_first, read_facts

AT_ONCE = 10
"""Patients of the overview after whom others get their turn: 1 ms each, 4 ms when their days are judged first."""


@staff.get("overview", audit="overview.read", own=True)
async def read_overview(exchange: Exchange) -> list[OverviewRow]:
    """My patients, those who need me first; at most 500."""
    patients = await exchange.read(visible_patients, audited=True)
    rows: list[OverviewRow] = []
    for at in range(0, len(patients), AT_ONCE):
        some = patients[at : at + AT_ONCE]
        facts, shelf = await exchange.read(partial(read_facts, patients=some))
        rows += [overview_row(one, shelf, exchange.now) for one in facts]
        await asyncio.sleep(0)
    return pressing_first(rows)


@chart.get("report", audit="report.read")
async def read_report(ctx: Context, patient_id: str) -> Report:
    """The patient's course of 180 days: pain, sessions before and after, adherence, suggestions to the therapist."""
    return await course.read_report(ctx, patient_id)


@me.get("progress", audit="progress.read")
async def read_my_progress(ctx: Context) -> Progress:
    """My own last six weeks, with gaps where nothing was entered."""
    return await course.read_progress(ctx)


routes = [read_overview, read_report, read_my_progress]
