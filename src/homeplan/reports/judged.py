"""What past days asked for and what was done of it, remembered: a day of one revision is judged once.

A day's list follows from the program, the needling sessions and the signatures alone, so it is computed once for each
state of them (programs.timeline.judging, about 0.2 ms per day) and found again by its key. What was done is filled in
each time.
"""

from collections import OrderedDict
from collections.abc import Iterable
from datetime import date
from zoneinfo import ZoneInfo

from msgspec import structs

from homeplan.programs.store import Chart
from homeplan.programs.timeline.judging import due_on_day
from homeplan.programs.timeline.model import JudgedDay
from homeplan.programs.timeline.shelf import Shelf
from homeplan.reports.store import Done

MOST_REMEMBERED = 20_000
"""Days; about a kilobyte each. 200 patients with two weeks each are 2,800."""

_Key = tuple[object, ...]
_asked: OrderedDict[_Key, JudgedDay] = OrderedDict()


def judged_days(chart: Chart, days: Iterable[date], done: Done, zone: ZoneInfo, shelf: Shelf) -> tuple[JudgedDay, ...]:
    """Each day held against the list that was on, with what was done of it, never more than was due."""
    if chart.program is None:
        return tuple(JudgedDay(day=day, revision=None, phase=None, due=()) for day in days)
    state = (
        chart.program.id,
        len(chart.program.revisions),
        chart.program.ended_at,
        tuple((session.id, session.version) for session in chart.sessions),
        zone.key,
        fingerprint(shelf),
    )
    return tuple(_with(_asked_on(chart, day, zone, shelf, (*state, day)), done) for day in days)


def fingerprint(shelf: Shelf) -> int:
    """Changes when what patients may be shown does."""
    return hash((shelf.drafts_allowed, frozenset(shelf.signed_at.items()), frozenset(shelf.known)))


def _asked_on(chart: Chart, day: date, zone: ZoneInfo, shelf: Shelf, key: _Key) -> JudgedDay:
    known = _asked.get(key)
    if known is not None:
        _asked.move_to_end(key)
        return known
    judged = due_on_day(chart.program, chart.sessions, (), day, zone, shelf)
    _asked[key] = judged
    if len(_asked) > MOST_REMEMBERED:
        _asked.popitem(last=False)
    return judged


def _with(judged: JudgedDay, done: Done) -> JudgedDay:
    """The day with how often each item was done; a log belongs to an item by its slug
    (programs.timeline.segments.progress_of)."""
    return structs.replace(
        judged,
        due=tuple(
            structs.replace(due, done=min(due.times, times)) if (times := done.get((judged.day, due.slug), 0)) else due
            for due in judged.due
        ),
    )
