"""Reads the soreness that was answered before: in check-ins, and to prompts after needling."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from homeplan.checkins.reading import PastSoreness, reference_time_of
from homeplan.checkins.store import checkins_between
from homeplan.context import Context
from homeplan.library.content import outcomes
from homeplan.outcomes.store import soreness_since
from homeplan.programs.store import CareFacts

CALENDARS = timedelta(days=2)
"""Most that calendars differ by."""


async def past_soreness(
    ctx: Context, patient_id: str, facts: CareFacts, first: date, last: date
) -> Sequence[PastSoreness]:
    """The scores that decide whether soreness is asked for on the days from `first` to `last`.

    Asks the database only where a session is old enough for soreness to have settled, and young enough to be asked for.
    """
    if not facts.needled:
        return ()
    rule = outcomes().soreness
    back = rule.until + CALENDARS
    first = max(first, min(facts.needled).date())
    last = min(last, max(facts.needled).date() + back)
    if first > last:
        return ()
    begin = datetime.combine(first, time.min, UTC) - back
    end = datetime.combine(last, time.max, UTC) + timedelta(days=1)
    if not any(begin < needled < end - rule.after for needled in facts.needled):
        return ()
    asked = await checkins_between(ctx, patient_id, first - back, last)
    found = [
        PastSoreness(reference_time_of(one, facts.home), one.entry.soreness, one.day)
        for one in asked
        if one.entry.soreness is not None
    ]
    prompts = await soreness_since(ctx, patient_id, begin)
    return [*found, *(PastSoreness(one.at, one.score, None) for one in prompts)]
