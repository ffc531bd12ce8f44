"""Judges past local days: the items that were due and how many were done. The basis of adherence and reports. Pure.

A day is judged by the revision, phase and overlay that were in force on it, regardless of later revisions.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from homeplan.library.plan_rules import PlanRules
from homeplan.localtime import wall
from homeplan.programs.exercise_log import ExerciseLog
from homeplan.programs.model import Program
from homeplan.programs.needling_session import NeedlingSession
from homeplan.programs.timeline.model import Due, JudgedDay, Segment
from homeplan.programs.timeline.plan_clock import PlanFacts
from homeplan.programs.timeline.segments import progress_of, segments_between
from homeplan.programs.timeline.shelf import Shelf


def due_on_day(
    program: Program | None,
    sessions: Sequence[NeedlingSession],
    logs: Iterable[ExerciseLog],
    day: date,
    zone: ZoneInfo,
    shelf: Shelf | None = None,
    facts: PlanFacts | None = None,
    *,
    rules: PlanRules,
) -> JudgedDay:
    """The items due on local `day`, with the number done.

    When the list changed during the day (a session at four, a revision published at noon), the list that was on for
    most of the waking hours, 06:00 to 22:00 in `zone`, counts; if two were on equally long, the earlier one. So no
    day counts two lists, and nothing that came on late in the evening counts as missed. Held and optional items
    are not due.
    """
    start, end = wall(day, rules.counting.awake_from, zone), wall(day, rules.counting.awake_until, zone)
    awake = segments_between(program, sessions, start, end, zone, shelf, facts, rules=rules)
    if not awake:  # a day that the zone skipped, as Samoa did with 30 December 2011
        return JudgedDay(day=day, revision=None, phase=None, due=())
    longest = _longest(awake)
    of_day = [log for log in logs if log.day == day]
    return JudgedDay(
        day=day,
        revision=longest.revision,
        phase=longest.phase,
        due=tuple(
            Due(
                prescription_id=item.prescription_id,
                slug=item.slug,
                kind=item.kind,
                times=item.times_due,
                done=progress_of(item, of_day).times_done,
            )
            for item in longest.items
            if not item.held and not item.optional
        ),
    )


def _longest(awake: Sequence[Segment]) -> Segment:
    """The first segment of the list that was on longest; a change of doses alone does not make another list."""
    spans: dict[tuple[tuple[str, int], ...], timedelta] = {}
    first: dict[tuple[tuple[str, int], ...], Segment] = {}
    for segment in awake:
        listed = tuple((item.prescription_id, item.times_due) for item in segment.items)
        spans[listed] = spans.get(listed, timedelta(0)) + (segment.until - segment.start)
        first.setdefault(listed, segment)
    return first[max(spans, key=lambda listed: spans[listed])]
