"""Both clocks at an instant: the plan clock (timeline/plan_clock.py) and the one since the latest needling. Pure.

docs/adr/0002-two-clocks.md says why there are two, and what moves them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from homeplan.clock import local_day
from homeplan.library.plan_rules import AfterNeedlingHours, PlanRules
from homeplan.programs.model import GateReason, Phase, Program, Revision
from homeplan.programs.needling_session import NeedlingSession
from homeplan.programs.timeline.plan_clock import PlanClock, PlanFacts, plan_clock
from homeplan.programs.timeline.walking import start_of

SESSION_END_AHEAD = timedelta(hours=1)
"""Most that the end of a session may be in the future, when it is entered before it is over: a bound for mistaken
times, no clinical decision."""


class PlanReading(Struct, frozen=True, kw_only=True):
    """The state of the plan clock while a revision is in force."""

    revision: Revision
    phase: Phase
    clock: PlanClock
    started: date
    """The local day on which the program began."""
    no_floor: bool = False
    """True when nothing is to be done lying or kneeling."""
    waits: tuple[GateReason, ...] = ()
    """The reasons for which the next phase waited when its gate was last checked."""
    walk_s: int | None = None
    """Seconds of walking per week; None: each walk as prescribed."""


class Reading(Struct, frozen=True, kw_only=True):
    """The states of both clocks at an instant."""

    at: datetime
    day: date
    """The patient's local day."""
    plan: PlanReading | None
    """None before the first revision and after the discharge."""
    needled_at: datetime | None
    """The end of the latest needling session."""
    needled_day: date | None
    """The local day of that end."""
    hours: int | None
    """Whole hours since that end."""
    rests: Mapping[str, datetime]
    """The muscles not to load or stretch, each with the end of its rest."""
    aftercare_phase: str | None
    """The aftercare text to show."""
    overlay_phase: str | None
    """p0, p1 or p2 while the after-needling overlay runs."""
    rules: PlanRules
    """The numbers that both clocks follow."""


def read_clocks(
    program: Program | None,
    sessions: Sequence[NeedlingSession],
    at: datetime,
    zone: ZoneInfo,
    facts: PlanFacts | None = None,
    *,
    rules: PlanRules,
) -> Reading:
    """Both clocks at `at`, and the patient's local day in `zone`. Without `facts` no pause and no joining is known."""
    needled = latest_needling(sessions, at)
    hours = None if needled is None else hours_between(needled.ended_at, at)
    aftercare = None if hours is None else aftercare_phase(hours, rules.after_needling)
    return Reading(
        at=at,
        day=local_day(at, zone),
        plan=None if program is None else _plan_reading(program, sessions, at, zone, facts, rules),
        needled_at=None if needled is None else needled.ended_at,
        needled_day=None if needled is None else local_day(needled.ended_at, zone),
        hours=hours,
        rests=resting_muscles(sessions, at, rules.after_needling),
        aftercare_phase=aftercare,
        overlay_phase=aftercare if hours is not None and hours < rules.after_needling.overlay_h else None,
        rules=rules,
    )


def revision_in_force(program: Program, at: datetime) -> Revision | None:
    """The newest revision that has taken effect by `at`; None before the first and after the discharge.

    A newer revision also replaces an older one that takes effect later.
    """
    if program.ended_at is not None and program.ended_at <= at:
        return None
    return next((r for r in reversed(program.revisions) if r.effective_from <= at), None)


def anchor_session(sessions: Iterable[NeedlingSession], episode_id: str, now: datetime) -> NeedlingSession | None:
    """The anchor session of a program first published at `now`: the latest of its episode.

    It may still go on, entered with its expected end: then the plan is made for it.
    """
    return latest_needling(
        [session for session in sessions if session.episode_id == episode_id], now + SESSION_END_AHEAD
    )


def latest_needling(sessions: Iterable[NeedlingSession], at: datetime) -> NeedlingSession | None:
    """The session with needles that ended last, at or before `at`."""
    ended = [session for session in sessions if session.muscles and session.ended_at <= at]
    return max(ended, key=lambda session: (session.ended_at, session.id), default=None)


def hours_between(start: datetime, at: datetime) -> int:
    """Whole hours from `start` to `at` in absolute time (a DST night changes nothing); 0 before `start`."""
    return max(timedelta(0), at - start) // timedelta(hours=1)


def aftercare_phase(elapsed_h: int, rule: AfterNeedlingHours) -> str | None:
    """p0, p1 or p2 in the first 72 hours after needling, p3 until 96, then None."""
    for slug, _, to_h in rule.first_phases:
        if elapsed_h < to_h:
            return slug
    return "p3" if elapsed_h < rule.aftercare_h else None


def resting_muscles(sessions: Iterable[NeedlingSession], at: datetime, rule: AfterNeedlingHours) -> dict[str, datetime]:
    """The muscles that rest at `at`, each with the end of its rest: 48 h after the last session that needled it.

    Every session counts, not only the latest: sessions on two days in a row may needle different muscles.
    """
    rests: dict[str, datetime] = {}
    for session in sessions:
        until = session.ended_at + timedelta(hours=rule.rest_h)
        if session.ended_at <= at < until:
            for needled in session.muscles:
                rests[needled.muscle] = max(until, rests.get(needled.muscle, until))
    return rests


def change_instants(
    program: Program | None, sessions: Sequence[NeedlingSession], facts: PlanFacts | None = None, *, rules: PlanRules
) -> Iterator[datetime]:
    """Every instant at which the list may change, except local midnights and signatures."""
    after = rules.after_needling
    changes_at = sorted({after.first_h, after.second_h, after.overlay_h, after.rest_h, after.aftercare_h})
    for session in sessions:
        if session.muscles:
            yield session.ended_at
            for hours in changes_at:
                yield session.ended_at + timedelta(hours=hours)
    if program is None:
        return
    yield from (step.at for step in program.steps)
    for revision in program.revisions:
        yield revision.effective_from
        yield from plan_clock(program, sessions, facts, revision.phases, rules=rules).changes()
    if program.ended_at is not None:
        yield program.ended_at


def _plan_reading(
    program: Program,
    sessions: Sequence[NeedlingSession],
    at: datetime,
    zone: ZoneInfo,
    facts: PlanFacts | None,
    rules: PlanRules,
) -> PlanReading | None:
    revision = revision_in_force(program, at)
    if revision is None:
        return None
    clock = plan_clock(program, sessions, facts, revision.phases, rules=rules)
    return PlanReading(
        revision=revision,
        phase=revision.phases[clock.place(at)],
        clock=clock,
        started=local_day(program.revisions[0].effective_from, zone),
        no_floor=program.no_floor or revision.no_floor,
        waits=program.gate_waits,
        walk_s=walking_seconds(program, revision, at, rules=rules),
    )


def walking_seconds(program: Program, revision: Revision, at: datetime, *, rules: PlanRules) -> int | None:
    """Seconds of walking per week at `at`; None for a program of an older release, whose walks are as prescribed."""
    if not program.gated:
        return None
    known = [step.walk_s for step in program.steps if step.kind == "walk" and step.at <= at]
    return known[-1] if known else start_of(revision.prescriptions, rules.walking)
