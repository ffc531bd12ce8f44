"""The suggestion about one exercise, after sessions at 18:00 and check-ins at 09:00."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bench.clinical_parts.clinic import NOW, ZONE
from bench.clinical_parts.judging import differences
from homeplan.alerts.model import PainAt
from homeplan.alerts.progression import DoneExercise, suggest
from homeplan.alerts.rules import holds_back
from homeplan.clock import local_day
from homeplan.library.content import starter

SESSION_AT = timedelta(hours=6)
CHECK_IN_AT = timedelta(hours=-3)
"""After and before noon."""
GROUPS = ("sessions", "and")
DAYS = 28


async def wrongs(given: Mapping[str, Any], expect: Mapping[str, Any]) -> list[str]:
    groups = [group for name in GROUPS for group in _as_list(given.get(name))]
    done = [_done(ago, group) for group in groups for ago in group["days_ago"]]
    opened = str(given.get("open_alert") or "none")
    severity: Any = opened if opened in ("critical", "high", "normal", "low") else "normal"
    made = suggest(
        sorted(done, key=lambda one: one.occurred_at),
        _pains(given["pain_now"]),
        phase=given["phase"],
        planned_days_a_week=given["planned_days_a_week"],
        held_back=bool(given.get("paused")) or (opened != "none" and holds_back(opened, severity)),
        rules=starter().global_rules,
        light=starter().alert_rules.light,
        today=local_day(NOW, ZONE),
        zone=ZONE,
    )
    pairs: list[tuple[str, object, object]] = [("advice", "none" if made is None else made.advice, expect["advice"])]
    if "reason" in expect:
        pairs.append(("reason", None if made is None else made.reason, expect["reason"]))
    return differences(pairs)


def _done(ago: int, group: Mapping[str, Any]) -> DoneExercise:
    at = NOW - timedelta(days=ago) + SESSION_AT
    stopped = bool(group.get("stopped"))
    return DoneExercise(
        day=local_day(at, ZONE),
        occurred_at=at,
        pain_during=group.get("pain_during"),
        effort=group.get("effort"),
        full=group.get("outcome", "completed") == "completed" and not stopped,
        stopped=stopped,
    )


def _pains(given: Any) -> list[PainAt]:
    """Pain at 09:00 of each day: one score for all, or one by days ago."""
    scores = given if isinstance(given, Mapping) else dict.fromkeys(range(DAYS, -1, -1), given)
    found = []
    for ago in sorted(scores, key=int, reverse=True):
        at = NOW - timedelta(days=int(ago)) + CHECK_IN_AT
        if scores[ago] is not None:
            found.append(PainAt(day=local_day(at, ZONE), answered_at=at, pain_now=scores[ago]))
    return found


def _as_list(given: Any) -> list[Mapping[str, Any]]:
    return [] if given is None else list(given) if isinstance(given, list) else [given]
