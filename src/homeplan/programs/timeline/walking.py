"""Walking by minutes: a weekly total that grows by rule, spread over the days of whichever walk is on. Pure.

Source: the goal of 30 minutes on five days is WalkBack (Lancet 2024;404:134); the steps of ten percent are a convention
(clinical rules 0.2, e).
"""

from collections.abc import Iterable

from msgspec import Struct, structs

from homeplan.library.model import Dosage, TinyDose
from homeplan.programs.model import Prescription

START_S = 5 * 60 * 2 * 7
"""Seconds per week at the start, unless the plan's first walk says another time: five minutes, twice a day."""

MOST_S = 30 * 60 * 5
"""Seconds per week at the goal."""

LONGEST_S = 30 * 60
"""Seconds that one walk lasts at most."""

LEAST_S = 5 * 60 * 5
"""Seconds per week that a painful week never goes below: five minutes on five days."""

ENOUGH_DAYS = 4
"""Days of a week with a walk after which the next week is longer."""

MORNING_RISE = 1
"""Points by which pain may be higher on the morning after a walk."""

_GROWTH, _RETREAT = 1.1, 0.8
_STEP_S = 30


class WalkingWeek(Struct, frozen=True, kw_only=True):
    """A week of walking, looked back at."""

    days_done: int
    """Days with a walk that counts."""
    worst_morning: int | None
    """The largest rise of pain from a day with a walk to the morning after; None when it is not known."""
    red: bool
    """Whether a walk hurt (6 or more), or was stopped because it hurt."""


def next_week(total_s: int, week: WalkingWeek) -> int:
    """Seconds of the week that follows: less after a red one, more after a good one, else the same."""
    if week.red:
        return max(min(total_s, LEAST_S), round(total_s * _RETREAT))
    is_good = week.worst_morning is not None and week.worst_morning <= MORNING_RISE
    if week.days_done >= ENOUGH_DAYS and is_good:
        return max(total_s, min(MOST_S, round(total_s * _GROWTH)))
    return total_s


def start_of(walks: Iterable[Prescription]) -> int:
    """Seconds of the first week: those of the first walk in the plan, at most the goal."""
    first = next((walk.dosage for walk in walks if is_timed_walk(walk)), None)
    if first is None or first.duration_s is None:
        return START_S
    return min(MOST_S, first.duration_s * first.sets * first.times_per_day * first.weekdays.bit_count())


def is_timed_walk(prescription: Prescription) -> bool:
    """Whether the item is a walk that is counted in seconds."""
    return (
        prescription.load_type == "aerobic"
        and prescription.dosage is not None
        and prescription.dosage.duration_s is not None
    )


def walk_dose(dose: Dosage, total_s: int, tiny: TinyDose | None) -> Dosage:
    """The dose with the week's total spread over its times: in steps of 30 seconds, at most half an hour at a time, and
    never below the tiny version."""
    times = dose.sets * dose.times_per_day * dose.weekdays.bit_count()
    seconds = round(total_s / times / _STEP_S) * _STEP_S
    least = _STEP_S if tiny is None or tiny.duration_s is None else -(-tiny.duration_s * tiny.sets // dose.sets)
    return structs.replace(dose, duration_s=max(least, min(LONGEST_S, seconds)))
