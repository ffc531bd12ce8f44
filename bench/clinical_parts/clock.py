"""The plan clock of a patient whose plan was published, or who joined, some days after needling."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bench.clinical_parts.clinic import HOUR, as_names
from bench.clinical_parts.judging import differences
from bench.clinical_parts.plans import FIRST, due_exercises, list_at, published
from tests.programs.build import session


async def wrongs(given: Mapping[str, Any], expect: Mapping[str, Any]) -> list[str]:
    after = FIRST + timedelta(days=given["published_after_days"])
    joined = FIRST + timedelta(days=given.get("joined_after_days", given["published_after_days"]))
    needled = as_names(given.get("needled")) or ["multifidus"]
    at = max(after, joined) + given["at_hour_after"] * HOUR
    today = list_at(published(given["template"], after), [session(FIRST, "first", needled)], at, joined)
    due = {item.slug: item for item in due_exercises(today)}
    found = differences([("phase", today.phase, expect["phase"])] if "phase" in expect else [])
    found += [f"due: {slug}" for slug in expect.get("not_due", ()) if slug in due]
    found += [f"not due: {slug}" for slug in expect.get("due", ()) if slug not in due]
    doses = [item.dosage for slug, item in due.items() if slug.endswith("walk")]
    walk = max((dose.duration_s / 60 for dose in doses if dose is not None and dose.duration_s), default=0.0)
    most = expect.get("walk_minutes_at_most")
    return found + ([f"walk of {walk:g} minutes, at most {most}"] if most is not None and walk > most else [])
