"""Due exercises of past days, cached, with what was done of them, and the adherence on them.

A day's list depends only on the program, the needling sessions and the signatures, so it is computed once per state of
these (programs.timeline.judging, about 0.2 ms per day) and cached under a key of that state. What was done is added
each time.
"""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec import structs

from homeplan.checkins.model import ExercisePause
from homeplan.checkins.rules import paused_days
from homeplan.clock import local_day
from homeplan.library.content import starter
from homeplan.programs.store import Chart, Done
from homeplan.programs.timeline.judging import due_on_day
from homeplan.programs.timeline.model import JudgedDay
from homeplan.programs.timeline.shelf import Shelf
from homeplan.reports.model import Adherence
from homeplan.reports.rules import ADHERENCE_DAYS, adherence

MOST_CACHED = 20_000
"""Cached days, about one kilobyte each. 200 patients with two weeks each are 2,800."""

_Key = tuple[object, ...]


class JudgedDays:
    """The cache; one per app."""

    def __init__(self) -> None:
        self._lists: OrderedDict[_Key, JudgedDay] = OrderedDict()
        self._shelf: tuple[Shelf, int] | None = None
        """The last shelf with its fingerprint: all patients of a clinic have the same one."""

    def __len__(self) -> int:
        return len(self._lists)

    def of(self, chart: Chart, days: Iterable[date], done: Done, zone: ZoneInfo, shelf: Shelf) -> tuple[JudgedDay, ...]:
        """Each day with the list that was due and what was done of it, never more than was due."""
        if chart.program is None:
            return tuple(JudgedDay(day=day, revision=None, phase=None, due=()) for day in days)
        state = (
            chart.program.id,
            len(chart.program.revisions),
            chart.program.ended_at,
            tuple((session.id, session.version) for session in chart.sessions),
            chart.program.no_floor,
            chart.program.steps,
            chart.facts,
            zone.key,
            self.fingerprint_of(shelf),
        )
        return tuple(_with_done(self._list_of(chart, day, zone, shelf, (*state, day)), done) for day in days)

    def fingerprint_of(self, shelf: Shelf) -> int:
        """A number that changes when the items that patients may be shown change."""
        if self._shelf is None or self._shelf[0] is not shelf:
            self._shelf = shelf, _fingerprint(shelf)
        return self._shelf[1]

    def _list_of(self, chart: Chart, day: date, zone: ZoneInfo, shelf: Shelf, key: _Key) -> JudgedDay:
        cached = self._lists.get(key)
        if cached is not None:
            self._lists.move_to_end(key)
            return cached
        judged = due_on_day(
            chart.program, chart.sessions, (), day, zone, shelf, chart.facts, rules=starter().plan_rules
        )
        self._lists[key] = judged
        if len(self._lists) > MOST_CACHED:
            self._lists.popitem(last=False)
        return judged


def adherence_of(
    chart: Chart,
    done: Done,
    pauses: Sequence[ExercisePause],
    joined_at: datetime | None,
    shelf: Shelf,
    cache: JudgedDays,
    zone: ZoneInfo,
    today: date,
) -> Adherence:
    """The adherence of the fourteen days before today, without paused days, days up to the day of joining and days
    stopped for pain."""
    days = [today - timedelta(days=back) for back in range(ADHERENCE_DAYS, 0, -1)]
    joined = date.max if joined_at is None else local_day(joined_at, zone)
    counted = [day for day in days if day > joined]
    judged = cache.of(chart, counted, done, zone, shelf)
    return adherence(judged, first=days[0], last=days[-1], out=paused_days(pauses, zone, today) | done.stopped)


def _fingerprint(shelf: Shelf) -> int:
    return hash((shelf.drafts_allowed, frozenset(shelf.signed_at.items()), frozenset(shelf.known)))


def _with_done(judged: JudgedDay, done: Done) -> JudgedDay:
    """The day with how often each item was done. A log counts for an item of the same slug, as in progress_of."""
    return structs.replace(
        judged,
        due=tuple(
            structs.replace(due, done=min(due.times, times))
            if (times := done.times.get((judged.day, due.slug), 0))
            else due
            for due in judged.due
        ),
    )
