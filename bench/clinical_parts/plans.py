"""Plans of the library's templates, published as they are, with needling sessions."""

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache

from bench.clinical_parts.clinic import ZONE
from homeplan.library.content import starter, starter_hashes, text_hashes
from homeplan.library.review import Library, assemble
from homeplan.programs.authoring.publish import make_revision
from homeplan.programs.authoring.templates import revision_from_template
from homeplan.programs.model import Program
from homeplan.programs.needling_session import NeedlingSession
from homeplan.programs.timeline.model import Today, TodayItem
from homeplan.programs.timeline.plan_clock import PlanFacts
from homeplan.programs.timeline.segments import what_is_on
from tests.programs.build import program

FIRST = datetime(2026, 3, 2, 16, 0, tzinfo=UTC)
"""The end of the first session: Monday, 09:00 in Phoenix."""


@lru_cache(maxsize=1)
def library() -> Library:
    """The packaged library of a clinic that allows drafts."""
    return assemble(starter(), starter_hashes(), text_hashes(), [], [], drafts_allowed=True)


def plans() -> list[str]:
    """The templates that are plans."""
    return [slug for slug, template in starter().templates.items() if template.kind == "plan"]


@lru_cache(maxsize=64)
def published(template: str, at: datetime) -> Program:
    """The template as a published program on the clock of the session `first`."""
    entry = revision_from_template(starter().templates[template], library(), needled=True)
    numbers = iter(range(1000))
    revision = make_revision(
        entry,
        earlier=[],
        library=library(),
        change_summary=entry.change_summary,
        author_id="therapist",
        author="Therapist Example",
        now=at,
        effective_from=None,
        fresh_id=lambda: f"id-{next(numbers)}",
    )
    return program(revision)


def list_at(plan: Program, sessions: list[NeedlingSession], at: datetime, joined: datetime | None = None) -> Today:
    """The patient's list; `joined` is when the first phone joined."""
    facts = None if joined is None else PlanFacts(joined_at=joined)
    return what_is_on(plan, sessions, [], at, ZONE, facts=facts, rules=starter().plan_rules)


def due_exercises(today: Today) -> list[TodayItem]:
    """The exercises to do on that day."""
    return [item for item in today.items if item.kind == "exercise" and item.times_due]


def times(today: Today, kinds: Iterable[str]) -> int:
    """The times due of items of these kinds."""
    return sum(item.times_due for item in today.items if item.kind in kinds)


def position_of(item: TodayItem) -> str | None:
    """The position in which an exercise is done today."""
    return item.body_position
