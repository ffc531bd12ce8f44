"""What the editor opens with: the program of an episode, its revisions and its draft. Pure."""

from collections.abc import Sequence

from homeplan.programs.authoring.entries import Draft
from homeplan.programs.model import EpisodeOfCare, NeedlingSession, Program, Revision, RevisionSummary
from homeplan.programs.timeline.clocks import anchor
from homeplan.values import Instant, Value


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


def program_view(
    episode: EpisodeOfCare | None, program: Program | None, sessions: Sequence[NeedlingSession], draft: Draft | None
) -> ProgramView:
    if program is None:
        return ProgramView(episode=episode, program=None, revision=None, revisions=[], draft=draft)
    return ProgramView(
        episode=episode,
        program=ProgramHead(id=program.id, anchor_at=anchor(program, sessions)),
        revision=program.revisions[-1],
        revisions=[revision.summary() for revision in program.revisions],
        draft=draft,
    )
