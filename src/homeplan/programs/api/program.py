"""A patient's home program: read, draft, preview and publish it."""

from datetime import timedelta
from typing import Annotated

from homeplan.context import Context
from homeplan.http.request import MAX_PLAN
from homeplan.http.route import Query
from homeplan.http.routes import chart
from homeplan.limits.model import Limit
from homeplan.programs import views
from homeplan.programs.actions import phases, program
from homeplan.programs.actions.episodes import open_first_episode, require_open_episode
from homeplan.programs.authoring.entries import Draft, DraftEntry, PlanEntry, RevisionEntry
from homeplan.programs.authoring.preview import RevisionPreview
from homeplan.programs.authoring.program_view import ProgramView
from homeplan.programs.model import Revision
from homeplan.values import Id, Slug, Value, only

Template = Annotated[Slug, Query(name="template", description="A template's slug.")]


class NewRevision(RevisionEntry, frozen=True, kw_only=True):
    """A plan to publish, under an id that the editor made when it opened the plan."""

    id: Id


class PhaseMove(Value, frozen=True, kw_only=True):
    """The phase to begin now."""

    phase: Slug


DRAFTS = Limit(name="drafts", most=240, within=timedelta(minutes=1))
"""Drafts saved and previewed by one person: the editor does both while they type."""
PLANS = Limit(name="plans", most=60, within=timedelta(minutes=1))
"""Revisions published by one person."""


@chart.get("program", audit="program.read", writes=True)
async def read_program(ctx: Context, patient_id: str) -> ProgramView:
    """The program of the patient's latest episode, with its draft. The first episode opens by itself.

    For a patient who left none is opened.
    """
    await open_first_episode(ctx, patient_id)
    return await views.program_of(ctx, patient_id)


@chart.put("program/draft", audit="program.save-draft", largest=MAX_PLAN, limit=DRAFTS)
async def save_program_draft(ctx: Context, patient_id: str, data: DraftEntry) -> Draft:
    """Save the plan as far as it is written. It is checked as a whole only when it is published."""
    return await program.save_draft(ctx, patient_id, data)


@chart.delete("program/draft", audit="program.discard-draft")
async def discard_program_draft(ctx: Context, patient_id: str) -> None:
    """Delete the draft."""
    await program.discard_draft(ctx, patient_id)


@chart.post("program/preview", audit="program.preview", status=200, largest=MAX_PLAN, limit=DRAFTS)
async def preview_program(ctx: Context, patient_id: str, data: PlanEntry) -> RevisionPreview:
    """The changes that publishing this plan now would make, and the phone's list. Nothing is stored."""
    episode = await require_open_episode(ctx, patient_id)
    return await views.preview_of(ctx, episode, data)


@chart.get("program/proposal", audit="program.propose", writes=True)
async def propose_program(ctx: Context, patient_id: str, template: Template) -> RevisionEntry:
    """A template of the library as a plan for this patient: ready to edit, and to publish as it is."""
    ctx.object_id = template
    episode = await require_open_episode(ctx, patient_id)
    return await views.proposal_of(ctx, episode, template)


@chart.post("program/revisions", audit="program.publish", largest=MAX_PLAN, limit=PLANS)
async def publish_revision(ctx: Context, patient_id: str, data: NewRevision) -> Revision:
    """Publish the plan as a new, immutable revision. Its draft is deleted. Sent again it stays one revision."""
    return await program.publish_revision(ctx, patient_id, data.id, only(RevisionEntry, data))


@chart.put("program/phase", audit="program.move-phase")
async def move_phase(ctx: Context, patient_id: str, data: PhaseMove) -> None:
    """Begin that phase of the plan now, by hand: also before its gate opens, or once more. Its clock starts again."""
    await phases.move_phase(ctx, patient_id, data.phase)


@chart.get("program/revisions/{number}", audit="revision.read")
async def read_revision(ctx: Context, patient_id: str, number: int) -> Revision:
    """One revision of the program, as it was published."""
    return await views.revision_of(ctx, patient_id, number)


routes = [
    read_program,
    save_program_draft,
    discard_program_draft,
    preview_program,
    propose_program,
    publish_revision,
    move_phase,
    read_revision,
]
