"""The program of an episode as the editor shows it: its latest revision, all summaries, the draft. Pure."""

from collections.abc import Sequence

from homeplan.programs.authoring.entries import Draft
from homeplan.programs.model import EpisodeOfCare, NeedlingSession, Program, Revision, RevisionSummary
from homeplan.programs.timeline.plan_clock import PlanFacts, zero_of
from homeplan.values import Instant, Value


class ProgramHead(Value, frozen=True, kw_only=True):
    """A program without its revisions."""

    id: str
    anchor_at: Instant
    """Hour 0 of its plan clock."""


class ProgramView(Value, frozen=True, kw_only=True):
    """Everything that the editor shows when it opens."""

    episode: EpisodeOfCare | None
    """None for a patient who left before one was opened."""
    program: ProgramHead | None
    """None before the first revision."""
    revision: Revision | None
    """The latest one, in force or still to come."""
    revisions: list[RevisionSummary]
    """Oldest first."""
    draft: Draft | None


def program_view(
    episode: EpisodeOfCare | None,
    program: Program | None,
    sessions: Sequence[NeedlingSession],
    draft: Draft | None,
    facts: PlanFacts | None = None,
) -> ProgramView:
    if program is None:
        return ProgramView(episode=episode, program=None, revision=None, revisions=[], draft=draft)
    return ProgramView(
        episode=episode,
        program=ProgramHead(id=program.id, anchor_at=zero_of(program, sessions, facts)),
        revision=program.revisions[-1],
        revisions=[revision.summary() for revision in program.revisions],
        draft=draft,
    )
