"""What publishing a plan now would do, without publishing it. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import count
from zoneinfo import ZoneInfo

import msgspec

from homeplan.library.review import Library
from homeplan.programs.authoring.changes import Change, describe_changes, suggest_summary
from homeplan.programs.authoring.entries import ChangeSummary, PlanEntry
from homeplan.programs.authoring.publish import make_revision
from homeplan.programs.authoring.templates import FIRST_PLAN
from homeplan.programs.model import EpisodeOfCare, ExerciseLog, NeedlingSession, Program, Revision
from homeplan.programs.timeline.clocks import anchor_session
from homeplan.programs.timeline.model import Today
from homeplan.programs.timeline.segments import what_is_on
from homeplan.programs.timeline.shelf import Shelf
from homeplan.values import Value


class Preview(Value, frozen=True, kw_only=True):
    """What publishing this plan now would do."""

    changes: tuple[Change, ...]
    """What the patient will see changed."""
    summary: ChangeSummary
    """A wording of it to start from."""
    today: Today
    """What the patient's phone would show."""


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
) -> Preview:
    """The changes and the phone's today if `plan` were published at `now`. Raises Invalid as publishing would."""
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
    )
    changes = describe_changes(earlier[-1] if earlier else None, revision)
    titles = {slug: item.title for change in changes if (slug := change.slug) and (item := library.item(slug))}
    tried = _with(program, revision, episode, sessions, now)
    return Preview(
        changes=changes,
        summary=suggest_summary(changes, titles, first=not earlier),
        today=what_is_on(tried, sessions, logs, now, zone, shelf),
    )


def _with(
    program: Program | None,
    revision: Revision,
    episode: EpisodeOfCare,
    sessions: Sequence[NeedlingSession],
    now: datetime,
) -> Program:
    """The program as it would be with the revision."""
    if program is not None:
        return msgspec.structs.replace(program, revisions=(*program.revisions, revision))
    anchor = anchor_session(sessions, episode.id, now)
    return Program(
        id="new",
        episode_id=episode.id,
        anchor_session_id=None if anchor is None else anchor.id,
        ended_at=None,
        revisions=(revision,),
    )
