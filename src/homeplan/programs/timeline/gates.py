"""Gates of the plan clock: whether the next phase may begin, and whether a patient starts again after time away. Pure.

Source of the numbers: clinical rules 0.2, e; conventions.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, timedelta
from statistics import median

from msgspec import Struct

from homeplan.programs.model import GateReason, PlanStep, Program
from homeplan.programs.timeline.plan_clock import AWAY, BUILDING_H, PlanClock

PAIN_RISE = 1
"""Points by which the median of the last week may be above the start."""

LEAST_SHARE = 0.5
"""Share of the due days on which there has to be exercise."""


class GateFacts(Struct, frozen=True, kw_only=True):
    """The facts that open or close a gate."""

    start: Sequence[int]
    """Pain now (0-10) at the check-ins of the first seven days of the episode."""
    week: Sequence[int]
    """Pain now at the check-ins of the last seven days."""
    alert_open: bool
    """Whether an alert is open that also holds progression back (alerts/rules.py, `holds_back`)."""
    paused: bool
    days_due: int
    """Days among the fourteen before today with an exercise due."""
    days_done: int
    """Days among them with an exercise done."""


class Waiting(Struct, frozen=True, kw_only=True):
    """A phase that waits at its gate."""

    phase: str
    since: datetime
    reasons: tuple[GateReason, ...]


def closed_by(facts: GateFacts) -> tuple[GateReason, ...]:
    """The reasons that keep a gate closed; none when it is open. Unknown pain keeps it closed."""
    return tuple(_reasons(facts))


def waiting(program: Program, clock: PlanClock, at: datetime) -> Waiting | None:
    """The phase that waits at `at`, for the reasons of the last check."""
    since = clock.waits_since(at)
    if since is None:
        return None
    return Waiting(phase=clock.phases[clock.place(at) + 1].slug, since=since, reasons=program.gate_waits)


def restart(clock: PlanClock, exercised: Collection[date], at: datetime) -> PlanStep | None:
    """The step that begins the current phase again, for a patient without exercise on the fourteen days before today.

    `exercised`: the days of that time with an exercise. None before p3, and until the program itself is as old.
    """
    building = clock.zero + timedelta(hours=BUILDING_H)
    if exercised or at - building < AWAY or clock.reading(at) < timedelta(hours=BUILDING_H):
        return None
    return PlanStep(at=at, kind="restart", phase=clock.phases[clock.place(at)].slug)


def _reasons(facts: GateFacts) -> Iterator[GateReason]:
    if not facts.start or not facts.week or median(facts.week) > median(facts.start) + PAIN_RISE:
        yield "pain"
    if facts.alert_open:
        yield "alert"
    if facts.paused:
        yield "paused"
    if facts.days_due == 0 or facts.days_done / facts.days_due < LEAST_SHARE:
        yield "too-few-days"
