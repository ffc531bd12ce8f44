"""Arithmetic on doses: their volume, the smaller dose after needling, what reaches the tiny dose. Pure."""

from math import ceil, floor
from typing import Literal

import msgspec

from homeplan.library.dosage import Dosage, TinyDose
from homeplan.programs.exercise_log import ExerciseLogEntry

_STEP_S = 5
"""Seconds: a reduced timed dose is a multiple of this, easy to read off a timer. It rounds, and decides nothing
clinical: the dose stays between the tiny one and the whole."""


LogState = Literal["done", "partly", "started", "skipped"]
"""`done` and `partly` count; `started` is less than the tiny dose: it does not count, and Start stays."""


def volume(dose: Dosage | TinyDose, *, sides: int = 1) -> int:
    """Repetitions or seconds in total, over all sets and `sides`."""
    return dose.sets * (dose.reps if dose.reps is not None else dose.duration_s or 0) * sides


def sides_of(dose: Dosage) -> int:
    """2 for a dose that counts for each side of the body."""
    return 2 if dose.per_side else 1


def same_measure(dose: Dosage, tiny: TinyDose) -> bool:
    """Whether both count repetitions, or both count seconds."""
    return (dose.reps is None) == (tiny.reps is None) and (dose.duration_s is None) == (tiny.duration_s is None)


def shrunk(dose: Dosage, factor: float, tiny: TinyDose | None) -> Dosage:
    """The dose for the hours after needling: repetitions (or seconds) per set times `factor`, the same sets.

    Repetitions are rounded half up to whole ones, seconds half up to multiples of 5 (below 10 s to whole seconds).
    The result is never above the dose, and in total never below the tiny dose nor below one repetition or second.
    Holds, rests, side, load, times per day and weekdays stay as they are.
    """
    if factor >= 1:
        return dose
    least = 1
    if tiny is not None and same_measure(dose, tiny):
        least = ceil(volume(tiny) / dose.sets)
    if dose.reps is not None:
        return msgspec.structs.replace(dose, reps=_between(least, _half_up(dose.reps * factor), dose.reps))
    if dose.duration_s is not None:
        seconds = dose.duration_s * factor
        whole = _half_up(seconds) if seconds < 2 * _STEP_S else _half_up(seconds / _STEP_S) * _STEP_S
        return msgspec.structs.replace(dose, duration_s=_between(least, whole, dose.duration_s))
    return dose


def counts(log: ExerciseLogEntry, dosage: Dosage | None, tiny: TinyDose | None) -> bool:
    """Whether the log counts as done: the state `done` or `partly`."""
    return state_of(log, dosage, tiny) in ("done", "partly")


def state_of(log: ExerciseLogEntry, dosage: Dosage | None, tiny: TinyDose | None) -> LogState:
    """The state of the log, by its numbers where it has them: over all sets and both sides.

    The whole dose is `done`, the tiny dose on each side that is due is `partly`, less is `started`. Without numbers
    the outcome decides: a part is taken to reach the tiny dose, since that is meant to be easy for everybody. What was
    stopped because it hurt is judged by numbers only.
    """
    if log.outcome == "skipped" and not log.stopped:
        return "skipped"
    if dosage is None or tiny is None or not same_measure(dosage, tiny):
        return "started" if log.stopped else "done" if log.outcome == "completed" else "partly"
    done = _amount_done(log, dosage)
    if done is None:
        if log.stopped:
            return "started"
        return "done" if log.outcome == "completed" else "partly"
    if done < volume(tiny, sides=sides_of(dosage)):
        return "started"
    return "done" if log.outcome == "completed" or done >= volume(dosage, sides=sides_of(dosage)) else "partly"


def _amount_done(log: ExerciseLogEntry, dosage: Dosage) -> int | None:
    """Repetitions or seconds over all sets and sides, as logged; None when the log does not say."""
    if dosage.reps is not None:
        per_set, logged = dosage.reps, log.reps_done
    else:
        per_set, logged = dosage.duration_s or 0, log.seconds_done
    if logged is not None:
        return logged
    return None if log.sets_done is None else log.sets_done * per_set * sides_of(dosage)


def _half_up(value: float) -> int:
    return floor(value + 0.5)


def _between(least: int, value: int, most: int) -> int:
    return min(max(least, value), most)
