"""Computes what is on now and in the days ahead, from a program, needling sessions and logs. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from homeplan.clock import local_day
from homeplan.library.plan_rules import PlanRules
from homeplan.localtime import start_of_day
from homeplan.programs.exercise_log import ExerciseLog
from homeplan.programs.model import Program
from homeplan.programs.needling_session import NeedlingSession
from homeplan.programs.timeline.clocks import PlanReading, Reading, change_instants, read_clocks
from homeplan.programs.timeline.listing import awaiting_review, items_on
from homeplan.programs.timeline.model import ItemProgress, Moment, Segment, Today, TodayItem, TodayReason
from homeplan.programs.timeline.plan_clock import PlanFacts
from homeplan.programs.timeline.shelf import Shelf

DAYS_AHEAD = 14
"""Local days after today in the phone's plan, for which it works without a connection."""


def what_is_on(
    program: Program | None,
    sessions: Sequence[NeedlingSession],
    logs: Iterable[ExerciseLog],
    now: datetime,
    zone: ZoneInfo,
    shelf: Shelf | None = None,
    facts: PlanFacts | None = None,
    *,
    rules: PlanRules,
) -> Today:
    """The items that are on for the patient at `now`, in `zone`. Without a `shelf` every item counts as signed, without
    `facts` no pause and no joining is known."""
    moment = _moment(program, sessions, now, zone, shelf, facts, rules)
    of_today = [log for log in logs if log.day == moment.day]
    progress = tuple(progress_of(item, of_today) for item in moment.items)
    return Today(**_fields(moment), at=now, progress=progress)


def segments(
    program: Program | None,
    sessions: Sequence[NeedlingSession],
    now: datetime,
    zone: ZoneInfo,
    days: int = DAYS_AHEAD,
    shelf: Shelf | None = None,
    facts: PlanFacts | None = None,
    *,
    rules: PlanRules,
) -> tuple[Segment, ...]:
    """The segments from the start of yesterday to the end of the `days`-th day after today, without a gap.

    Each segment shows what `what_is_on` shows at all of its instants, except that `hours_since_needling` is that of
    its start.
    """
    today = local_day(now, zone)
    start, end = today - timedelta(days=1), today + timedelta(days=days + 1)
    return segments_between(
        program, sessions, start_of_day(start, zone), start_of_day(end, zone), zone, shelf, facts, rules=rules
    )


def segments_between(
    program: Program | None,
    sessions: Sequence[NeedlingSession],
    start: datetime,
    end: datetime,
    zone: ZoneInfo,
    shelf: Shelf | None = None,
    facts: PlanFacts | None = None,
    *,
    rules: PlanRules,
) -> tuple[Segment, ...]:
    """The segments from `start` to `end`, divided at local midnights and wherever what is on changes."""
    cuts = {*change_instants(program, sessions, facts, rules=rules), *_midnights(start, end, zone)}
    if shelf is not None:
        cuts.update(shelf.signed_at.values())
    inside = sorted({start, end, *(at for at in cuts if start < at < end)})
    found: list[Segment] = []
    for begin, until in pairwise(at.astimezone(UTC) for at in inside):
        moment = _moment(program, sessions, begin, zone, shelf, facts, rules)
        if found and _shows_the_same(found[-1], moment):
            found[-1] = msgspec.structs.replace(found[-1], until=until)
        else:
            found.append(Segment(**_fields(moment), start=begin, until=until))
    return tuple(found)


def progress_of(item: TodayItem, logs_of_day: Iterable[ExerciseLog]) -> ItemProgress:
    """The number of times that `item` was done and is left, by the logs of that local day.

    A log belongs to an item by its slug, so that what was done also counts after a new revision or phase. A skip uses
    up one time, unless it is done later: then the done takes the place of the skip. A log below the tiny dose uses up
    none. Stopping because of pain ends the item for the day. A part, and the whole that followed it, may be two logs of
    one time, so the count is limited to what is due.
    """
    answers = sorted((log for log in logs_of_day if log.slug == item.slug), key=lambda log: log.occurred_at)
    stopped = any(log.stopped for log in answers)
    done = skipped = 0
    for log in answers:
        if log.counts:
            done += 1
            skipped = max(0, skipped - 1)
        elif log.outcome == "skipped":
            skipped += 1
    return ItemProgress(
        prescription_id=item.prescription_id,
        times_done=min(item.times_due, done),
        times_left=0 if stopped else max(0, item.times_due - done - skipped),
        stopped=stopped,
    )


def _moment(
    program: Program | None,
    sessions: Sequence[NeedlingSession],
    at: datetime,
    zone: ZoneInfo,
    shelf: Shelf | None,
    facts: PlanFacts | None,
    rules: PlanRules,
) -> Moment:
    reading = read_clocks(program, sessions, at, zone, facts, rules=rules)
    plan = reading.plan
    items = items_on(reading, shelf)
    return Moment(
        day=reading.day,
        revision=None if plan is None else plan.revision.number,
        phase=None if plan is None else plan.phase.slug,
        phase_title=None if plan is None else plan.phase.title,
        hours_since_needling=reading.hours,
        aftercare_phase=reading.aftercare_phase,
        reasons=(_reason_without_plan(program, at),)
        if plan is None
        else tuple(_list_reasons(plan, reading, items, shelf)),
        items=items,
    )


def _reason_without_plan(program: Program | None, at: datetime) -> TodayReason:
    if program is None:
        return TodayReason(code="no-program")
    if program.ended_at is not None and program.ended_at <= at:
        return TodayReason(code="discharged")
    return TodayReason(code="not-started", until=min(r.effective_from for r in program.revisions))


def _list_reasons(
    plan: PlanReading, reading: Reading, items: Sequence[TodayItem], shelf: Shelf | None
) -> Iterator[TodayReason]:
    """The reasons of the list as a whole."""
    if reading.needled_at is not None and reading.overlay_phase is not None:
        until = reading.needled_at + timedelta(hours=reading.rules.after_needling.overlay_h)
        yield TodayReason(code="after-needling", phase=reading.overlay_phase, until=until)
    if plan.clock.waits_since(reading.at) is not None:
        following = plan.revision.phases[plan.clock.place(reading.at) + 1]
        yield TodayReason(code="phase-waiting", phase=following.slug, waits=plan.waits)
    waiting = awaiting_review(reading, shelf)
    if not any(item.kind == "exercise" for item in items):
        exercises = [p for p in plan.revision.prescriptions if p.kind == "exercise" and plan.phase.slug in p.phases]
        if not exercises:
            yield _nothing_in_phase(plan, reading.at)
        elif any(p.slug not in waiting for p in exercises):
            yield TodayReason(code="rest-day")
    if waiting:
        yield TodayReason(code="awaiting-review", slugs=waiting)


def _nothing_in_phase(plan: PlanReading, at: datetime) -> TodayReason:
    """The reason for a phase without exercises; `until` is the start of the next phase that has one, if any."""
    exercised = {slug for p in plan.revision.prescriptions if p.kind == "exercise" for slug in p.phases}
    later = [
        place
        for place, phase in enumerate(plan.revision.phases)
        if phase.from_h > plan.phase.from_h and phase.slug in exercised
    ]
    until = plan.clock.begins(min(later), at) if later else None
    return TodayReason(code="nothing-in-phase", phase=plan.phase.slug, until=until)


def _midnights(start: datetime, end: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    day = local_day(start, zone)
    while (midnight := start_of_day(day, zone)) < end:
        yield midnight
        day += timedelta(days=1)


def _shows_the_same(segment: Segment, moment: Moment) -> bool:
    return all(getattr(segment, name) == getattr(moment, name) for name in _COMPARED)


_COMPARED = tuple(name for name in Moment.__struct_fields__ if name != "hours_since_needling")


def _fields(moment: Moment) -> dict[str, Any]:
    return {name: getattr(moment, name) for name in Moment.__struct_fields__}
