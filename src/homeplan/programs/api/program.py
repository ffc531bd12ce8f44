"""A patient's home program: reading, drafting, trying out, publishing."""

from contextlib import suppress
from typing import Annotated

from msgspec import Meta

from homeplan.accounts.store import find_patient
from homeplan.clock import local_day
from homeplan.context import Context
from homeplan.errors import Invalid, NotFound
from homeplan.http.routes import chart
from homeplan.http.seam import Query
from homeplan.library.store import effective_library
from homeplan.programs import store
from homeplan.programs.authoring.entries import Draft, DraftEntry, PlanEntry, RevisionEntry
from homeplan.programs.authoring.preview import Preview, preview
from homeplan.programs.authoring.templates import revision_from_template
from homeplan.programs.model import EpisodeOfCare, NoOpenEpisode, Revision, RevisionSummary
from homeplan.programs.timeline.clocks import anchor, anchor_session
from homeplan.values import Instant, Value, zone

PROGRAM = "/api/patients/{patient_id:str}/program"

Template = Annotated[str, Meta(max_length=64), Query(name="template", description="A template's slug.")]


class ProgramHead(Value, frozen=True, kw_only=True):
    """A program without its revisions."""

    id: str
    anchor_at: Instant
    """Where its plan clock reads zero."""


class ProgramView(Value, frozen=True, kw_only=True):
    """All that the editor opens with."""

    episode: EpisodeOfCare | None
    """None for a patient who left before the first."""
    program: ProgramHead | None
    """None before the first revision."""
    revision: Revision | None
    """The latest one, in force or still to come."""
    revisions: list[RevisionSummary]
    """Oldest first."""
    draft: Draft | None


@chart.get("program", audit="program.read", writes=True)
async def read_program(ctx: Context, patient_id: str) -> ProgramView:
    """The program of the patient's latest episode, with its draft. The first episode opens by itself.

    A patient who left gets none by being looked at.
    """
    episode = await store.latest_episode(ctx, patient_id)
    if episode is None:
        with suppress(NoOpenEpisode):
            episode = await store.open_episode_of(ctx, patient_id)
    chart = await store.read_chart(ctx, patient_id)
    revisions = () if chart.program is None else chart.program.revisions
    return ProgramView(
        episode=episode,
        program=_head(chart),
        revision=revisions[-1] if revisions else None,
        revisions=[revision.summary() for revision in revisions],
        draft=None if episode is None else await store.find_draft(ctx, episode.id),
    )


@chart.put("program/draft", audit="program.save-draft")
async def save_program_draft(ctx: Context, patient_id: str, data: DraftEntry) -> Draft:
    """Save the plan as far as it is written. It is checked as a whole only when it is published."""
    episode = await store.open_episode_of(ctx, patient_id)
    saved = await store.save_draft(ctx, episode, data)
    ctx.object_id = episode.id
    return saved


@chart.delete("program/draft", audit="program.discard-draft")
async def discard_program_draft(ctx: Context, patient_id: str) -> None:
    """Forget the draft."""
    episode = await store.open_episode_of(ctx, patient_id)
    if not await store.discard_draft(ctx, episode.id):
        raise NotFound
    ctx.object_id = episode.id


@chart.post("program/preview", audit="program.preview", status=200)
async def preview_program(ctx: Context, patient_id: str, data: PlanEntry) -> Preview:
    """What publishing this plan now would change, and what the phone would show. Nothing is stored."""
    episode = await store.open_episode_of(ctx, patient_id)
    patient = await find_patient(ctx, patient_id)
    chart = await store.read_chart(ctx, patient_id)
    library = await effective_library(ctx)
    home = zone(patient.time_zone)
    day = local_day(ctx.now, home)
    return preview(
        data,
        episode=episode,
        program=chart.program,
        sessions=chart.sessions,
        logs=await store.logs_between(ctx, patient_id, day, day),
        library=library,
        shelf=store.shelf_of(library),
        now=ctx.now,
        zone=home,
    )


@chart.get("program/proposal", audit="program.propose", writes=True)
async def propose_program(ctx: Context, patient_id: str, template: Template) -> RevisionEntry:
    """A template of the library as a plan for this patient: ready to edit, and to publish as it is."""
    episode = await store.open_episode_of(ctx, patient_id)
    chart = await store.read_chart(ctx, patient_id)
    library = await effective_library(ctx)
    chosen = library.templates.get(template)
    if chosen is None or chosen.kind != "plan":
        raise Invalid("The library has no plan of this name.", field="template")
    needled = anchor_session(chart.sessions, episode.id, ctx.now) is not None
    latest = None if chart.program is None else chart.program.revisions[-1].number
    ctx.object_id = template
    return revision_from_template(chosen, library, needled=needled, based_on=latest)


@chart.post("program/revisions", audit="program.publish")
async def publish_revision(ctx: Context, patient_id: str, data: RevisionEntry) -> Revision:
    """Publish the plan as a new, immutable revision. The draft is done with."""
    episode = await store.open_episode_of(ctx, patient_id)
    program = await store.publish(ctx, episode, data)
    await store.discard_draft(ctx, episode.id)
    ctx.object_id = program.id
    return program.revisions[-1]


@chart.get("program/revisions/{number}", audit="revision.read")
async def read_revision(ctx: Context, patient_id: str, number: int) -> Revision:
    """One revision of the program, as it was published."""
    program = (await store.read_chart(ctx, patient_id)).program
    for revision in () if program is None else program.revisions:
        if revision.number == number:
            return revision
    raise NotFound


routes = [
    read_program,
    save_program_draft,
    discard_program_draft,
    preview_program,
    propose_program,
    publish_revision,
    read_revision,
]


def _head(chart: store.Chart) -> ProgramHead | None:
    program = chart.program
    return None if program is None else ProgramHead(id=program.id, anchor_at=anchor(program, chart.sessions))
