"""Routes of the worklist and the report, and of the patient's progress."""

import asyncio
from datetime import date, datetime
from typing import Annotated

from msgspec import Meta, Struct

from homeplan.context import Context
from homeplan.http.access import Helping
from homeplan.http.route import Query
from homeplan.http.routes import chart, me, staff
from homeplan.library.store import effective_library
from homeplan.programs.timeline.shelf import Shelf, shelf_of
from homeplan.reports import course, timeline
from homeplan.reports.clinic import api as clinic
from homeplan.reports.judged import JudgedDays
from homeplan.reports.model import EarlierDays, Order, Progress, Report, Wanted, Worklist, WorklistRow, WorklistVersion
from homeplan.reports.timeline import Timeline
from homeplan.reports.worklist.rows import PatientFacts, most_urgent_first, read_facts, worklist_row
from homeplan.reports.worklist.store import Counts, counts, page, version
from homeplan.settings import Settings
from homeplan.typed import LINE
from homeplan.values import Instant, Value

AT_ONCE = 10
"""Patients of the worklist computed before other requests run: 0.1 ms each, 4 ms when no day is cached."""
READ_AT_ONCE = 100
"""Patients of the worklist read with one set of statements."""
MOST = 500
"""Patients of one answer."""

Group = Annotated[Wanted | None, Query(name="group", description="Only patients with such a need.")]
OrderBy = Annotated[Order, Query(name="order", description="What comes first.")]
OnList = Annotated[int, Meta(ge=1, le=MOST)]
Most = Annotated[OnList, Query(name="most", description="Patients in the answer.")]
Before = Annotated[Instant | None, Query(name="before", description="Only what happened before then.")]
BeforeDay = Annotated[date, Query(name="before", description="The day after the last of them, 2026-03-02.")]
OnPage = Annotated[int, Meta(ge=1, le=200), Query(name="most", description="Events in the answer.")]
Skip = Annotated[int, Meta(ge=0, le=1_000_000), Query(name="skip", description="Patients before them.")]


class WorklistFacts(Struct, frozen=True):
    """The facts of a part of the worklist, read on one snapshot at `now`."""

    of_patients: list[PatientFacts]
    counts: Counts
    order: Order
    shelf: Shelf
    cache: JudgedDays
    now: datetime


async def _worklist(facts: WorklistFacts, _settings: Settings) -> Worklist:
    rows: list[WorklistRow] = []
    for one in facts.of_patients:
        rows.append(worklist_row(one, facts.shelf, facts.cache, facts.now))
        if len(rows) % AT_ONCE == 0:
            await asyncio.sleep(0)
    return Worklist(
        rows=tuple(most_urgent_first(rows) if facts.order == "need" else rows),
        patients=facts.counts.patients,
        in_need=facts.counts.in_need,
        by_group=facts.counts.by_group,
    )


@staff.get("worklist", audit="worklist.read", aside=True, unattended=True, after=_worklist)
async def read_worklist(
    ctx: Context, group: Group = None, order: OrderBy = "need", most: Most = 50, skip: Skip = 0
) -> WorklistFacts:
    """My patients, the most urgent first unless another order is asked for.

    What a row says is true now; its place in the list follows a change within about a second.
    """
    return await _facts(ctx, "", group, order, most, skip)


class WorklistSearch(Value, frozen=True, kw_only=True):
    """A search in the worklist. It is a body, since addresses are written into the logs of proxies."""

    search: Annotated[str, Meta(max_length=100, extra=LINE)]
    """The beginning of names."""
    group: Wanted | None = None
    order: Order = "need"
    most: OnList = 50


@staff.post(
    "worklist/search",
    audit="worklist.read",
    status=200,
    writes=False,
    aside=True,
    unattended=True,
    after=_worklist,
)
async def search_worklist(ctx: Context, data: WorklistSearch) -> WorklistFacts:
    """Those of my patients who are called so, as in the worklist."""
    return await _facts(ctx, data.search, data.group, data.order, data.most, 0)


async def _facts(ctx: Context, search: str, group: Wanted | None, order: Order, most: int, skip: int) -> WorklistFacts:
    ids = await page(ctx, search, group, order, most=most, skip=skip)
    shelf = shelf_of(await effective_library(ctx))
    found: list[PatientFacts] = []
    for at in range(0, len(ids), READ_AT_ONCE):
        found += await read_facts(ctx, ids[at : at + READ_AT_ONCE])
    counted = await counts(ctx, search)
    return WorklistFacts(found, counted, order, shelf, ctx.memory.of(JudgedDays), ctx.now)


@staff.get("worklist/version", unattended=True)
async def read_worklist_version(ctx: Context) -> WorklistVersion:
    """Another one as soon as something in my worklist may have changed: a page asks for it every few seconds."""
    return WorklistVersion(version=await version(ctx))


@chart.get("report", audit="report.read")
async def read_report(ctx: Context, patient_id: str) -> Report:
    """The patient's last 180 days: pain, response to each session, adherence, suggestions to the therapist."""
    return await course.read_report(ctx, patient_id)


@me.get("progress", helper=Helping.HISTORY)
async def read_my_progress(ctx: Context) -> Progress:
    """My last six weeks, with gaps where nothing was entered."""
    return await course.read_progress(ctx, ctx.own_patient_id)


@me.get("progress/days", helper=Helping.HISTORY)
async def read_my_earlier_days(ctx: Context, before: BeforeDay) -> EarlierDays:
    """My six weeks before a day, with gaps where nothing was entered."""
    return await course.read_earlier_days(ctx, ctx.own_patient_id, before)


@chart.get("timeline", audit="timeline.read", aside=True)
async def read_patient_timeline(ctx: Context, patient_id: str, before: Before = None, most: OnPage = 40) -> Timeline:
    """Everything that happened in the patient's care, the newest first: sessions, revisions, check-ins, warning signs
    also outside them, exercise by day, alerts and when they came again, events after needling, contacts, visits,
    messages, and notes of staff."""
    return await timeline.read_timeline(ctx, patient_id, before, most)


routes = [
    read_patient_timeline,
    read_worklist,
    search_worklist,
    read_worklist_version,
    read_report,
    read_my_progress,
    read_my_earlier_days,
    *clinic.routes,
]
