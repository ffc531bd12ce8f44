"""The program of an episode as the editor shows it: its latest revision, all summaries, the draft. Pure."""

from collections.abc import Sequence
from datetime import datetime

from homeplan.library.plan_rules import PlanRules
from homeplan.programs.authoring.entries import Draft
from homeplan.programs.episode import EpisodeOfCare
from homeplan.programs.model import Program, Revision, RevisionSummary
from homeplan.programs.needling_session import NeedlingSession
from homeplan.programs.timeline.clocks import revision_in_force
from homeplan.programs.timeline.plan_clock import PlanFacts, plan_clock, zero_of
from homeplan.values import Instant, Value


class ProgramHead(Value, frozen=True, kw_only=True):
    """A program without its revisions."""

    id: str
    anchor_at: Instant
    """Hour 0 of its plan clock."""
    phase: str | None
    """The phase that is on now, by the clock with its pauses and gates; None while no revision is in force."""


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
    facts: PlanFacts | None,
    now: datetime,
    *,
    rules: PlanRules,
) -> ProgramView:
    if program is None:
        return ProgramView(episode=episode, program=None, revision=None, revisions=[], draft=draft)
    return ProgramView(
        episode=episode,
        program=ProgramHead(
            id=program.id,
            anchor_at=zero_of(program, sessions, facts, rules=rules),
            phase=_phase(program, sessions, facts, now, rules),
        ),
        revision=program.revisions[-1],
        revisions=[revision.summary() for revision in program.revisions],
        draft=draft,
    )


def _phase(
    program: Program, sessions: Sequence[NeedlingSession], facts: PlanFacts | None, now: datetime, rules: PlanRules
) -> str | None:
    revision = revision_in_force(program, now)
    if revision is None:
        return None
    clock = plan_clock(program, sessions, facts, revision.phases, rules=rules)
    return clock.phases[clock.place(now)].slug
