"""The views of a program for phone, chart and editor: read from the store, decided by timeline and authoring."""

from datetime import date, datetime, timedelta

from msgspec import Struct

from homeplan.accounts.store import home_zone
from homeplan.clock import local_day
from homeplan.context import Context
from homeplan.errors import Invalid, NotFound
from homeplan.library.content import starter
from homeplan.library.store import effective_library
from homeplan.programs import store
from homeplan.programs.authoring.entries import PlanEntry, RevisionEntry
from homeplan.programs.authoring.preview import RevisionPreview, preview
from homeplan.programs.authoring.program_view import ProgramView, program_view
from homeplan.programs.authoring.templates import revision_from_template
from homeplan.programs.episode import EpisodeOfCare
from homeplan.programs.model import Revision
from homeplan.programs.timeline.clocks import anchor_session
from homeplan.programs.timeline.model import Today
from homeplan.programs.timeline.phone_plan import Plan, changes_next, plan_for_phone
from homeplan.programs.timeline.segments import what_is_on
from homeplan.programs.timeline.shelf import shelf_of
from homeplan.values import zone

LOGS_ON_PHONE = timedelta(days=14)
"""Local days before today whose logs are sent to the phone."""


async def today_of(ctx: Context, patient_id: str) -> Today:
    """The items that are on for the patient now, and how many of them are done."""
    home = zone(await home_zone(ctx, patient_id))
    chart = await store.read_chart(ctx, patient_id)
    day = local_day(ctx.now, home)
    logs = await store.logs_between(ctx, patient_id, day, day)
    shelf = shelf_of(await effective_library(ctx))
    return what_is_on(
        chart.program, chart.sessions, logs, ctx.now, home, shelf, chart.facts, rules=starter().plan_rules
    )


class PlanWithoutLogs(Struct, frozen=True, kw_only=True):
    """The part of a phone's plan that a log does not change."""

    plan: Plan
    first_log: date
    last_log: date
    """The local days, both included, whose logs belong to the plan."""
    until: datetime
    """The instant at which it changes by itself."""


async def plan_of(ctx: Context, patient_id: str) -> PlanWithoutLogs:
    """The plan that the patient's phone keeps, without the logs."""
    home = zone(await home_zone(ctx, patient_id))
    chart = await store.read_chart(ctx, patient_id)
    library = await effective_library(ctx)
    shelf = shelf_of(library)
    today = local_day(ctx.now, home)
    plan = plan_for_phone(
        episode=chart.episode,
        program=chart.program,
        sessions=chart.sessions,
        logs=(),
        library=library,
        shelf=shelf,
        now=ctx.now,
        zone=home,
        facts=chart.facts,
    )
    return PlanWithoutLogs(
        plan=plan,
        first_log=today - LOGS_ON_PHONE,
        last_log=today + timedelta(days=1),
        until=changes_next(
            chart.program, chart.sessions, shelf, ctx.now, home, chart.facts, rules=starter().plan_rules
        ),
    )


async def program_of(ctx: Context, patient_id: str) -> ProgramView:
    """The program of the patient's latest episode, with its draft."""
    chart = await store.read_chart(ctx, patient_id)
    draft = None if chart.episode is None else await store.find_draft(ctx, chart.episode.id)
    return program_view(
        chart.episode, chart.program, chart.sessions, draft, chart.facts, ctx.now, rules=starter().plan_rules
    )


async def preview_of(ctx: Context, episode: EpisodeOfCare, plan: PlanEntry) -> RevisionPreview:
    """The changes that publishing the plan now would make, and the list that the phone would show. Raises Invalid."""
    home = zone(await home_zone(ctx, episode.patient_id))
    chart = await store.read_chart(ctx, episode.patient_id)
    library = await effective_library(ctx)
    day = local_day(ctx.now, home)
    return preview(
        plan,
        episode=episode,
        program=chart.program,
        sessions=chart.sessions,
        logs=await store.logs_between(ctx, episode.patient_id, day, day),
        library=library,
        shelf=shelf_of(library),
        now=ctx.now,
        zone=home,
        facts=chart.facts,
    )


async def proposal_of(ctx: Context, episode: EpisodeOfCare, template: str) -> RevisionEntry:
    """The library's template as a plan for the episode. Raises Invalid for one that is not there."""
    chart = await store.read_chart(ctx, episode.patient_id)
    library = await effective_library(ctx)
    chosen = library.templates.get(template)
    if chosen is None or chosen.kind != "plan":
        raise Invalid("The library has no plan of this name.", field="template")
    if library.renewal(template, ctx.now.date()) == "overdue":
        raise Invalid("The review of this template is overdue, so it is not newly assigned.", field="template")
    needled = anchor_session(chart.sessions, episode.id, ctx.now) is not None
    latest = None if chart.program is None else chart.program.revisions[-1].number
    return revision_from_template(chosen, library, needled=needled, based_on=latest, no_floor=episode.no_floor)


async def revision_of(ctx: Context, patient_id: str, number: int) -> Revision:
    """The revision of that number in the program of the patient's latest episode. Raises NotFound."""
    program = (await store.read_chart(ctx, patient_id)).program
    for revision in () if program is None else program.revisions:
        if revision.number == number:
            return revision
    raise NotFound
