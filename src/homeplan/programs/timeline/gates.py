"""Gates of the plan clock: whether the next phase may begin, and whether a patient starts again after time away. Pure.

The numbers are those of library/data/plan-rules.yaml.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, timedelta
from statistics import median

from msgspec import Struct

from homeplan.library.plan_rules import GateRule, PlanRules
from homeplan.programs.model import GateReason, PlanStep, Program
from homeplan.programs.timeline.plan_clock import PlanClock


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


def closed_by(facts: GateFacts, rule: GateRule) -> tuple[GateReason, ...]:
    """The reasons that keep a gate closed; none when it is open. Unknown pain keeps it closed."""
    return tuple(_reasons(facts, rule))


def waiting(program: Program, clock: PlanClock, at: datetime) -> Waiting | None:
    """The phase that waits at `at`, for the reasons of the last check."""
    since = clock.waits_since(at)
    if since is None:
        return None
    return Waiting(phase=clock.phases[clock.place(at) + 1].slug, since=since, reasons=program.gate_waits)


def restart(clock: PlanClock, exercised: Collection[date], at: datetime, *, rules: PlanRules) -> PlanStep | None:
    """The step that begins the current phase again, for a patient without exercise on the fourteen days before today.

    `exercised`: the days of that time with an exercise. None before p3, and until the program itself is as old.
    """
    building = timedelta(hours=rules.start.building_h)
    if exercised or at - (clock.zero + building) < rules.away.time or clock.reading(at) < building:
        return None
    return PlanStep(at=at, kind="restart", phase=clock.phases[clock.place(at)].slug)


def _reasons(facts: GateFacts, rule: GateRule) -> Iterator[GateReason]:
    if not facts.start or not facts.week or median(facts.week) > median(facts.start) + rule.pain_rise:
        yield "pain"
    if facts.alert_open:
        yield "alert"
    if facts.paused:
        yield "paused"
    if facts.days_due == 0 or 100 * facts.days_done < rule.percent * facts.days_due:
        yield "too-few-days"
