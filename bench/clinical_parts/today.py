"""The list after a second needling session, compared with the same weekday without it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bench.clinical_parts.clinic import HOUR, as_names
from bench.clinical_parts.plans import FIRST, due_exercises, list_at, position_of, published, times
from tests.programs.build import session

EXERCISES = ("exercise",)
ALL_ITEMS = ("exercise", "activity")
ON_A_REST_DAY = 3
"""Exercise times on a sore day that is otherwise a rest day, at most."""


async def wrongs(given: Mapping[str, Any], expect: Mapping[str, Any]) -> list[str]:
    needled = as_names(given["needled"])
    again = FIRST + timedelta(days=given["again_after_days"])
    at = again + given["at_hour"] * HOUR
    plan = published(given["template"], FIRST + HOUR)
    first = session(FIRST, "first", needled)
    usual = list_at(plan, [first], at)
    sore = list_at(plan, [first, session(again, "second", needled)], at)
    due = {item.slug: item for item in due_exercises(sore)}
    found = [f"due although its muscle rests: {slug}" for slug in expect.get("not_due", ()) if slug in due]
    found += [f"not due: {slug}" for slug in expect.get("due", ()) if slug not in due]
    most = expect.get("exercises_at_most")
    if most is not None and len(due) > most:
        found.append(f"{len(due)} exercises, at most {most}")
    for name, kinds in (("exercise_times_at_most", EXERCISES), ("all_times_at_most", ALL_ITEMS)):
        if name in expect:
            limit = expect[name]
            limit = (
                max(times(usual, kinds), 0 if due_exercises(usual) else ON_A_REST_DAY) if limit == "ordinary" else limit
            )
            if times(sore, kinds) > limit:
                found.append(f"{name}: {times(sore, kinds)}, at most {limit}")
    places = {slug: position_of(item) for slug, item in due.items()}
    found += [f"{place}: {slug}" for slug, place in places.items() if place in expect.get("positions_not", ())]
    return found
