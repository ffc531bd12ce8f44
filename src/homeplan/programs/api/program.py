"""A patient's home program: reading, drafting, trying out, publishing."""

from contextlib import suppress
from typing import Annotated

from litestar import delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from homeplan.accounts.audit import record
from homeplan.accounts.model import Scope
from homeplan.accounts.store import find_patient
from homeplan.clock import Clock, local_day
from homeplan.db import Database, Tx
from homeplan.errors import Invalid, NotFound
from homeplan.http.access import Access
from homeplan.library.store import effective_library
from homeplan.programs import store
from homeplan.programs.clocks import anchor, anchor_session
from homeplan.programs.entries import Draft, DraftEntry, PlanEntry, RevisionEntry
from homeplan.programs.model import EpisodeOfCare, NoOpenEpisode, Revision, RevisionSummary
from homeplan.programs.preview import Preview, preview
from homeplan.programs.templates import revision_from_template
from homeplan.values import Instant, Value, zone

PROGRAM = "/api/patients/{patient_id:str}/program"

Template = Annotated[str, QueryParameter(name="template", max_length=64, description="A template's slug.")]


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


@get(PROGRAM, access=Access.CHART, operation_id="readProgram", audit="program.read")
async def get_program(
    patient_id: FromPath[str],
    who: NamedDependency[Scope],
    db: NamedDependency[Database],
    clock: NamedDependency[Clock],
) -> ProgramView:
    """The program of the patient's latest episode, with its draft. The first episode opens by itself.

    A patient who left gets none by being looked at.
    """
    now = clock.now()

    async def work(tx: Tx) -> ProgramView:
        episode = await store.latest_episode(tx, who.clinic_id, patient_id)
        if episode is None:
            with suppress(NoOpenEpisode):
                episode = await store.open_episode_of(tx, who, patient_id, now)
        chart = await store.read_chart(tx, who.clinic_id, patient_id)
        revisions = () if chart.program is None else chart.program.revisions
        view = ProgramView(
            episode=episode,
            program=_head(chart),
            revision=revisions[-1] if revisions else None,
            revisions=[revision.summary() for revision in revisions],
            draft=None if episode is None else await store.find_draft(tx, who.clinic_id, episode.id),
        )
        await record(tx, who, now, action="program.read", patient_id=patient_id)
        return view

    return await db.write(work)


@put(PROGRAM + "/draft", access=Access.CHART, operation_id="saveProgramDraft", audit="program.save-draft")
async def put_draft(
    patient_id: FromPath[str],
    data: JSONBody[DraftEntry],
    who: NamedDependency[Scope],
    db: NamedDependency[Database],
    clock: NamedDependency[Clock],
) -> Draft:
    """Save the plan as far as it is written. It is checked as a whole only when it is published."""
    now = clock.now()

    async def work(tx: Tx) -> Draft:
        episode = await store.open_episode_of(tx, who, patient_id, now)
        saved = await store.save_draft(tx, who, episode, data, now)
        await record(tx, who, now, action="program.save-draft", object_id=episode.id, patient_id=patient_id)
        return saved

    return await db.write(work)


@delete(PROGRAM + "/draft", access=Access.CHART, operation_id="discardProgramDraft", audit="program.discard-draft")
async def delete_draft(
    patient_id: FromPath[str],
    who: NamedDependency[Scope],
    db: NamedDependency[Database],
    clock: NamedDependency[Clock],
) -> None:
    """Forget the draft."""
    now = clock.now()

    async def work(tx: Tx) -> None:
        episode = await store.open_episode_of(tx, who, patient_id, now)
        if not await store.discard_draft(tx, who.clinic_id, episode.id):
            raise NotFound
        await record(tx, who, now, action="program.discard-draft", object_id=episode.id, patient_id=patient_id)

    await db.write(work)


@post(
    PROGRAM + "/preview", access=Access.CHART, operation_id="previewProgram", status_code=200, audit="program.preview"
)
async def post_preview(
    patient_id: FromPath[str],
    data: JSONBody[PlanEntry],
    who: NamedDependency[Scope],
    db: NamedDependency[Database],
    clock: NamedDependency[Clock],
) -> Preview:
    """What publishing this plan now would change, and what the phone would show. Nothing is stored."""
    now = clock.now()

    async def work(tx: Tx) -> Preview:
        episode = await store.open_episode_of(tx, who, patient_id, now)
        patient = await find_patient(tx, who, patient_id)
        chart = await store.read_chart(tx, who.clinic_id, patient_id)
        library = await effective_library(tx, who.clinic_id)
        home = zone(patient.time_zone)
        day = local_day(now, home)
        shown = preview(
            data,
            episode=episode,
            program=chart.program,
            sessions=chart.sessions,
            logs=await store.logs_between(tx, who.clinic_id, patient_id, day, day),
            library=library,
            shelf=store.shelf_of(library),
            now=now,
            zone=home,
        )
        await record(tx, who, now, action="program.preview", patient_id=patient_id)
        return shown

    return await db.write(work)


@get(PROGRAM + "/proposal", access=Access.CHART, operation_id="proposeProgram", audit="program.propose")
async def get_proposal(
    patient_id: FromPath[str],
    template: Template,
    who: NamedDependency[Scope],
    db: NamedDependency[Database],
    clock: NamedDependency[Clock],
) -> RevisionEntry:
    """A template of the library as a plan for this patient: ready to edit, and to publish as it is."""
    now = clock.now()

    async def work(tx: Tx) -> RevisionEntry:
        episode = await store.open_episode_of(tx, who, patient_id, now)
        chart = await store.read_chart(tx, who.clinic_id, patient_id)
        library = await effective_library(tx, who.clinic_id)
        chosen = library.templates.get(template)
        if chosen is None or chosen.kind != "plan":
            raise Invalid("The library has no plan of this name.", field="template")
        needled = anchor_session(chart.sessions, episode.id, now) is not None
        latest = None if chart.program is None else chart.program.revisions[-1].number
        await record(tx, who, now, action="program.propose", object_id=template, patient_id=patient_id)
        return revision_from_template(chosen, library, needled=needled, based_on=latest)

    return await db.write(work)


@post(
    PROGRAM + "/revisions",
    access=Access.CHART,
    operation_id="publishRevision",
    status_code=201,
    audit="program.publish",
)
async def post_revision(
    patient_id: FromPath[str],
    data: JSONBody[RevisionEntry],
    who: NamedDependency[Scope],
    db: NamedDependency[Database],
    clock: NamedDependency[Clock],
) -> Revision:
    """Publish the plan as a new, immutable revision. The draft is done with."""
    now = clock.now()

    async def work(tx: Tx) -> Revision:
        episode = await store.open_episode_of(tx, who, patient_id, now)
        program = await store.publish(tx, who, episode, data, now)
        await store.discard_draft(tx, who.clinic_id, episode.id)
        await record(tx, who, now, action="program.publish", object_id=program.id, patient_id=patient_id)
        return program.revisions[-1]

    return await db.write(work)


@get(PROGRAM + "/revisions/{number:int}", access=Access.CHART, operation_id="readRevision", audit="revision.read")
async def get_revision(
    patient_id: FromPath[str],
    number: FromPath[int],
    who: NamedDependency[Scope],
    db: NamedDependency[Database],
    clock: NamedDependency[Clock],
) -> Revision:
    """One revision of the program, as it was published."""
    now = clock.now()

    async def work(tx: Tx) -> Revision:
        program = (await store.read_chart(tx, who.clinic_id, patient_id)).program
        for revision in () if program is None else program.revisions:
            if revision.number == number:
                await record(tx, who, now, action="revision.read", object_id=str(number), patient_id=patient_id)
                return revision
        raise NotFound

    return await db.write(work)


routes = [
    get_program,
    put_draft,
    delete_draft,
    post_preview,
    get_proposal,
    post_revision,
    get_revision,
]


def _head(chart: store.Chart) -> ProgramHead | None:
    program = chart.program
    return None if program is None else ProgramHead(id=program.id, anchor_at=anchor(program, chart.sessions))
