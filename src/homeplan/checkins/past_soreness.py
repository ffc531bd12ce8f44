"""Reads the soreness that was answered before: in check-ins, and to prompts after needling."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol

from homeplan.checkins.reading import Answered, PastSoreness, reference_time_of
from homeplan.context import Context
from homeplan.library.content import outcomes
from homeplan.outcomes.store import soreness_since
from homeplan.programs.store import CareFacts

CALENDARS = timedelta(days=2)
"""Most that calendars differ by."""


def look_back() -> timedelta:
    """Time before a check-in in which soreness was asked for."""
    return outcomes().soreness.until + CALENDARS


class WithSoreness(Answered, Protocol):
    """A check-in with its soreness score (0-10)."""

    @property
    def soreness(self) -> int | None: ...


async def past_soreness(
    ctx: Context, patient_id: str, facts: CareFacts, answers: Sequence[WithSoreness], first: date, last: date
) -> Sequence[PastSoreness]:
    """The scores that decide whether soreness is asked for on the days from `first` to `last`.

    `answers`: the check-ins of these days, and of the time `look_back` before them. The database is asked for the
    scores given to prompts, only where a session is old enough for soreness to have settled, and young enough to be
    asked for.
    """
    if not facts.needled:
        return ()
    rule = outcomes().soreness
    back = look_back()
    first = max(first, min(facts.needled).date())
    last = min(last, max(facts.needled).date() + back)
    if first > last:
        return ()
    begin = datetime.combine(first, time.min, UTC) - back
    end = datetime.combine(last, time.max, UTC) + timedelta(days=1)
    if not any(begin < needled < end - rule.after for needled in facts.needled):
        return ()
    found = [
        PastSoreness(reference_time_of(one, facts.home), one.soreness, one.day)
        for one in answers
        if one.soreness is not None and first - back <= one.day <= last
    ]
    prompts = await soreness_since(ctx, patient_id, begin)
    return [*found, *(PastSoreness(one.at, one.score, None) for one in prompts)]
