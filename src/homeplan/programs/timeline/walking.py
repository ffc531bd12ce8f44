"""Walking by minutes: a weekly total that grows by rule, spread over the days of whichever walk is on. Pure.

The numbers are those of library/data/plan-rules.yaml.
"""

from collections.abc import Iterable

from msgspec import Struct, structs

from homeplan.library.dosage import Dosage, TinyDose
from homeplan.library.plan_rules import Walking
from homeplan.programs.model import Prescription

_STEP_S = 30
"""Seconds: a walk is a multiple of this, easy to read off a timer. It rounds, and decides nothing clinical: the week's
total is kept unrounded."""


class WalkingWeek(Struct, frozen=True, kw_only=True):
    """A week of walking, looked back at."""

    days_done: int
    """Days with a walk that counts."""
    worst_morning: int | None
    """The largest rise of pain from a day with a walk to the morning after; None when it is not known."""
    red: bool
    """Whether a walk hurt (6 or more), or was stopped because it hurt."""


def next_week(total_s: int, week: WalkingWeek, rule: Walking) -> int:
    """Seconds of the week that follows: less after a red one, more after a good one, else the same."""
    if week.red:
        return max(min(total_s, rule.least_s), round(total_s * rule.retreat_percent / 100))
    is_good = week.worst_morning is not None and week.worst_morning <= rule.morning_rise
    if week.days_done >= rule.enough_days and is_good:
        return max(total_s, min(rule.most_s, round(total_s * rule.growth_percent / 100)))
    return total_s


def start_of(walks: Iterable[Prescription], rule: Walking) -> int:
    """Seconds of the first week: those of the first walk in the plan, at most the goal."""
    first = next((walk.dosage for walk in walks if is_timed_walk(walk)), None)
    if first is None or first.duration_s is None:
        return rule.start_s
    return min(rule.most_s, first.duration_s * first.sets * first.times_per_day * first.weekdays.bit_count())


def is_timed_walk(prescription: Prescription) -> bool:
    """Whether the item is a walk that is counted in seconds."""
    return (
        prescription.load_type == "aerobic"
        and prescription.dosage is not None
        and prescription.dosage.duration_s is not None
    )


def walk_dose(dose: Dosage, total_s: int, tiny: TinyDose | None, rule: Walking) -> Dosage:
    """The dose with the week's total spread over its times: in steps of 30 seconds, at most half an hour at a time, and
    never below the tiny version."""
    times = dose.sets * dose.times_per_day * dose.weekdays.bit_count()
    seconds = round(total_s / times / _STEP_S) * _STEP_S
    least = _STEP_S if tiny is None or tiny.duration_s is None else -(-tiny.duration_s * tiny.sets // dose.sets)
    return structs.replace(dose, duration_s=max(least, min(rule.longest_s, seconds)))
