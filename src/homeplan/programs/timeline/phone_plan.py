"""The plan that a phone keeps: two weeks ahead, with every text it needs, so that it works without a network. Pure.

It is the answer of GET /api/me/plan.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from homeplan.clock import local_day
from homeplan.library.instrument import Aftercare
from homeplan.library.model import Exercise, Item
from homeplan.library.plan_rules import PlanRules
from homeplan.library.reference import TrafficLight
from homeplan.library.review import Library
from homeplan.library.texts import Lines
from homeplan.localtime import start_of_day
from homeplan.programs.episode import EpisodeOfCare, Stage
from homeplan.programs.exercise_log import ExerciseLog
from homeplan.programs.model import Program, RevisionSummary
from homeplan.programs.needling_session import NeedlingSession
from homeplan.programs.timeline.clocks import change_instants, latest_needling, read_clocks, revision_in_force
from homeplan.programs.timeline.listing import items_of_phase
from homeplan.programs.timeline.model import Segment, TodayItem
from homeplan.programs.timeline.plan_clock import PlanFacts
from homeplan.programs.timeline.segments import segments
from homeplan.programs.timeline.shelf import Shelf
from homeplan.values import Value, ZoneName


class Plan(Value, frozen=True, kw_only=True):
    """The data with which a phone shows the patient's list, from yesterday to fourteen days ahead.

    It is the same at every instant until `changes_next`, unless what it is made of changes.
    """

    time_zone: ZoneName
    """The patient's home zone, whose local days the segments follow."""
    goal: str | None
    stage: Stage | None
    revision: RevisionSummary | None
    """The revision in force."""
    upcoming: RevisionSummary | None
    """A published revision that takes effect within the days of the plan."""
    needled_at: datetime | None
    """The end of the latest needling session that is over."""
    segments: tuple[Segment, ...]
    keep_doing: tuple[TodayItem, ...]
    """After the discharge the exercises and activities that were in the plan at its end; else none."""
    items: dict[str, Item]
    """The content of every item in the segments, and of the easier versions of exercises, by slug."""
    aftercare: tuple[Aftercare, ...]
    """Aftercare per phase: what to expect, do and avoid after needling."""
    stop_rules: Lines
    traffic_light: tuple[TrafficLight, ...]
    logs: tuple[ExerciseLog, ...]
    """The patient's logs of the last fourteen days and later, oldest first."""


def plan_for_phone(
    *,
    episode: EpisodeOfCare | None,
    program: Program | None,
    sessions: Sequence[NeedlingSession],
    logs: Iterable[ExerciseLog],
    library: Library,
    shelf: Shelf,
    now: datetime,
    zone: ZoneInfo,
    facts: PlanFacts | None = None,
) -> Plan:
    """The plan at `now`. Without a program and after the discharge its segments are empty and say why."""
    rules = library.starter.plan_rules
    ahead = segments(program, sessions, now, zone, shelf=shelf, facts=facts, rules=rules)
    last = _last_items(program, sessions, now, zone, shelf, facts, rules)
    needled = latest_needling(sessions, now)
    return Plan(
        time_zone=zone.key,
        goal=None if episode is None else episode.goal,
        stage=None if episode is None else episode.stage,
        revision=_summary(program, now),
        upcoming=_upcoming(program, ahead, now),
        needled_at=None if needled is None else needled.ended_at,
        segments=ahead,
        keep_doing=last,
        items=_content(ahead, last, library, shelf, now),
        aftercare=tuple(library.starter.aftercare.values()),
        stop_rules=library.starter.global_rules.stop_rules,
        traffic_light=library.starter.global_rules.traffic_light,
        logs=tuple(logs),
    )


def changes_next(
    program: Program | None,
    sessions: Sequence[NeedlingSession],
    shelf: Shelf,
    now: datetime,
    zone: ZoneInfo,
    facts: PlanFacts | None = None,
    *,
    rules: PlanRules,
) -> datetime:
    """The first instant after `now` at which the plan changes by itself; at the latest the patient's next midnight."""
    midnight = start_of_day(local_day(now, zone) + timedelta(days=1), zone).astimezone(UTC)
    changes = (*change_instants(program, sessions, facts, rules=rules), *shelf.signed_at.values(), midnight)
    return min(at for at in changes if at > now)


def _summary(program: Program | None, at: datetime) -> RevisionSummary | None:
    revision = None if program is None else revision_in_force(program, at)
    return None if revision is None else revision.summary()


def _upcoming(program: Program | None, ahead: Sequence[Segment], now: datetime) -> RevisionSummary | None:
    """The first other revision that a segment after `now` shows."""
    current = _summary(program, now)
    numbers = (segment.revision for segment in ahead if segment.start > now and segment.revision is not None)
    other = next((number for number in numbers if current is None or number != current.number), None)
    if program is None or other is None:
        return None
    return next(revision.summary() for revision in program.revisions if revision.number == other)


def _last_items(
    program: Program | None,
    sessions: Sequence[NeedlingSession],
    now: datetime,
    zone: ZoneInfo,
    shelf: Shelf,
    facts: PlanFacts | None,
    rules: PlanRules,
) -> tuple[TodayItem, ...]:
    """The items of the phase in which the episode of care has ended."""
    if program is None or program.ended_at is None or program.ended_at > now:
        return ()
    before = program.ended_at - timedelta(microseconds=1)
    return items_of_phase(read_clocks(program, sessions, before, zone, facts, rules=rules), shelf)


def _content(
    ahead: Iterable[Segment], last: Iterable[TodayItem], library: Library, shelf: Shelf, now: datetime
) -> dict[str, Item]:
    on = (item for segment in ahead for item in segment.items)
    slugs = dict.fromkeys(item.slug for item in (*on, *last))
    found: dict[str, Item] = {}
    for slug in slugs:
        item = library.item(slug)
        if item is not None:
            found[slug] = _for_patients(item)
            easier = library.exercises.get(item.easier or "") if isinstance(item, Exercise) else None
            if easier is not None and shelf.shows(easier.slug, now):
                found.setdefault(easier.slug, _for_patients(easier))
    return found


def _for_patients(item: Item) -> Item:
    """The item without what is meant for clinicians only."""
    return msgspec.structs.replace(item, sources=()) if item.sources else item
