"""Every plan, needled muscle and hour of the first two days after a second session.

Counted are the lists that load a needled muscle, and those that ask for more than the same weekday without needles.
"""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from bench.clinical_parts.clinic import HOUR
from bench.clinical_parts.plans import FIRST, due_exercises, library, list_at, plans, published, times
from bench.clinical_parts.today import ALL_ITEMS, EXERCISES
from homeplan.library.content import starter
from tests.programs.build import session

DAYS = (14, 28, 63)
HOURS = range(48)
MOST_EXERCISES = 3
LOADS = ("activates", "strengthens", "stretches")


class Swept(NamedTuple):
    lists: int
    loaded: int
    sore_day_more: int
    examples: tuple[str, ...]
    """The first few that are wrong."""


def sweep(truth: Path) -> Swept:
    """`truth`: the muscles that each exercise waits for, apart from what the product's own data says."""
    given = yaml.safe_load(truth.read_text(encoding="utf-8"))
    loaded = more = lists = 0
    examples: list[str] = []
    for plan in plans():
        program = published(plan, FIRST + HOUR)
        first = session(FIRST, "first", ["calf"])
        for days in DAYS:
            again = FIRST + timedelta(days=days)
            for hour in HOURS:
                at = again + hour * HOUR
                usual = list_at(program, [first], at)
                has_exercise = bool(due_exercises(usual))
                limits = [times(usual, kinds) for kinds in (EXERCISES, ALL_ITEMS)]
                for muscle in (slug for slug in starter().muscles if slug not in given["never_needled"]):
                    sore = list_at(program, [first, session(again, "second", [muscle])], at)
                    due = due_exercises(sore)
                    lists += 1
                    strained = [one.slug for one in due if muscle in _waits_for(one.slug, given["exercises"])]
                    asked = [times(sore, kinds) for kinds in (EXERCISES, ALL_ITEMS)]
                    asks_more = has_exercise and any(one > most for one, most in zip(asked, limits, strict=True))
                    loaded += bool(strained)
                    more += asks_more or len(due) > MOST_EXERCISES
                    if (strained or asks_more or len(due) > MOST_EXERCISES) and len(examples) < 5:
                        examples.append(f"{plan}, {muscle}, day {days}, hour {hour}: {strained} {asked} of {limits}")
    return Swept(lists, loaded, more, tuple(examples))


def _waits_for(slug: str, truth: Mapping[str, Mapping[str, Any]]) -> frozenset[str]:
    exercise, known = library().exercises[slug], truth.get(slug, {})
    if "waits_for" in known:
        return frozenset(known["waits_for"])
    is_load = known.get("load_type", exercise.load_type) in LOADS
    return frozenset(exercise.targets.primary) if is_load else frozenset()
