"""Previews a plan: what publishing it now would change, and what the phone would show. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import count
from zoneinfo import ZoneInfo

import msgspec

from homeplan.library.review import Library
from homeplan.programs.authoring.changes import PlanChange, describe_changes, suggest_summary
from homeplan.programs.authoring.entries import ChangeSummary, PlanEntry
from homeplan.programs.authoring.publish import make_revision
from homeplan.programs.authoring.templates import FIRST_PLAN
from homeplan.programs.episode import EpisodeOfCare
from homeplan.programs.exercise_log import ExerciseLog
from homeplan.programs.model import Program, Revision
from homeplan.programs.needling_session import NeedlingSession
from homeplan.programs.timeline.clocks import anchor_session
from homeplan.programs.timeline.model import Today
from homeplan.programs.timeline.plan_clock import PlanFacts
from homeplan.programs.timeline.segments import what_is_on
from homeplan.programs.timeline.shelf import Shelf
from homeplan.values import Value


class RevisionPreview(Value, frozen=True, kw_only=True):
    """The effect of publishing a plan now."""

    changes: tuple[PlanChange, ...]
    """The changes for the patient."""
    summary: ChangeSummary
    """A change summary to start from."""
    today: Today
    """The list that the patient's phone would show."""


def preview(
    plan: PlanEntry,
    *,
    episode: EpisodeOfCare,
    program: Program | None,
    sessions: Sequence[NeedlingSession],
    logs: Iterable[ExerciseLog],
    library: Library,
    shelf: Shelf,
    now: datetime,
    zone: ZoneInfo,
    facts: PlanFacts | None = None,
) -> RevisionPreview:
    """The changes, and the patient's today, if `plan` were published at `now`. Raises Invalid as publishing would."""
    earlier = () if program is None else program.revisions
    fresh = count(1)
    revision = make_revision(
        plan,
        earlier=earlier,
        library=library,
        change_summary=FIRST_PLAN,
        author_id=episode.id,
        author="",
        now=now,
        effective_from=None,
        fresh_id=lambda: f"new-{next(fresh)}",
        no_floor=episode.no_floor,
    )
    changes = describe_changes(earlier[-1] if earlier else None, revision)
    titles = {slug: item.title for change in changes if (slug := change.slug) and (item := library.item(slug))}
    program_then = _with_revision(program, revision, episode, sessions, now)
    return RevisionPreview(
        changes=changes,
        summary=suggest_summary(changes, titles, first=not earlier),
        today=what_is_on(program_then, sessions, logs, now, zone, shelf, facts, rules=library.starter.plan_rules),
    )


def _with_revision(
    program: Program | None,
    revision: Revision,
    episode: EpisodeOfCare,
    sessions: Sequence[NeedlingSession],
    now: datetime,
) -> Program:
    """The program with the revision added."""
    if program is not None:
        return msgspec.structs.replace(program, revisions=(*program.revisions, revision))
    anchor = anchor_session(sessions, episode.id, now)
    return Program(
        id="new",
        episode_id=episode.id,
        anchor_session_id=None if anchor is None else anchor.id,
        ended_at=None,
        revisions=(revision,),
        no_floor=episode.no_floor,
    )
