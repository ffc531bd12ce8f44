"""Limits a day in the first 72 hours after needling to what the same weekday asks without needles. Pure."""

from collections.abc import Sequence

from msgspec import Struct

from homeplan.programs.model import Prescription


class UsualDay(Struct, frozen=True, kw_only=True):
    """The times that the plan asks for on the same weekday without needles."""

    exercises: int
    everything: int
    """Exercises and activities together."""


def times_on_sore_day(
    listed: Sequence[Prescription], wanted: Sequence[int], usual: UsualDay, most_exercises: int
) -> list[int]:
    """The times due of each listed item, at most `wanted` of it.

    The walk comes first, then the overlay and the plan as listed: at most three exercises, one of them a walk, and no
    more times than usual; then activities, while exercises and activities together are not more than usual. On a day
    off of the plan three times are usual. Topics are not limited.
    """
    due = list(wanted)
    exercises = usual.exercises or most_exercises
    everything = max(usual.everything, most_exercises)
    places = most_exercises
    walked = False
    for at in sorted(range(len(listed)), key=lambda at: (not _is_walk(listed[at]), at)):
        if listed[at].kind != "exercise" or not wanted[at]:
            continue
        second_walk = walked and _is_walk(listed[at])
        due[at] = 0 if second_walk or not places else min(wanted[at], exercises)
        walked = walked or _is_walk(listed[at])
        places -= due[at] > 0
        exercises -= due[at]
        everything -= due[at]
    for at, prescription in enumerate(listed):
        if prescription.kind == "activity":
            due[at] = min(wanted[at], everything)
            everything -= due[at]
    return due


def _is_walk(prescription: Prescription) -> bool:
    return prescription.load_type == "aerobic"
