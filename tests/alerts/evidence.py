"""Builds the evidence of one patient, day by day."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from homeplan.alerts.model import Answer, Engagement, Evidence, Finding, FirstAnswer, PainAt
from homeplan.alerts.rules import assess
from homeplan.library.alert_rules import AlertRules
from homeplan.library.content import starter
from homeplan.programs.exercise_log import ExerciseBout

RULES = starter().alert_rules
DENVER = ZoneInfo("America/Denver")
TODAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 19, 0, tzinfo=UTC)
"""Noon in Denver."""
LEFT_CALF = ("calf", "left")
LOW_BACK = ("low-back", "middle")


def day(before: int) -> date:
    """The local day that many days before today."""
    return TODAY - timedelta(days=before)


def answer(
    before: int = 0,
    now: int = 2,
    worst: int | None = None,
    soreness: int | None = None,
    places: Iterable[tuple[str, str]] | None = None,
    hours: float | None = None,
) -> Answer:
    return Answer(
        day=day(before),
        received_at=NOW - timedelta(days=before),
        pain_now=now,
        pain_worst_24h=now if worst is None else worst,
        soreness=soreness,
        places=None if places is None else frozenset(places),
        since_needling=None if hours is None else timedelta(hours=hours),
    )


def bout(before: int, pain: int | None = None, *, stopped: bool = False, known: int | None = None) -> ExerciseBout:
    """An exercise at noon `before` days ago, received then or `known` days ago."""
    return ExerciseBout(
        day=day(before),
        occurred_at=NOW - timedelta(days=before),
        received_at=NOW - timedelta(days=before if known is None else known),
        pain_during=pain,
        stopped=stopped,
    )


def pain_at(before: int, score: int, hour: int = 8) -> PainAt:
    """Pain now at a check-in `before` days ago."""
    at = NOW - timedelta(days=before, hours=12 - hour)
    return PainAt(day=day(before), answered_at=at, pain_now=score)


def first_week(*answers: Answer) -> tuple[FirstAnswer, ...]:
    """The answers of the seven days from the first on."""
    first = min(one.day for one in answers)
    return tuple(
        FirstAnswer(day=one.day, pain_now=one.pain_now, pain_worst_24h=one.pain_worst_24h)
        for one in sorted(answers, key=lambda one: one.day)
        if one.day < first + timedelta(days=7)
    )


def engagement(since: int, last: int | None = None, due: int = 7) -> Engagement:
    """A plan that began `since` days ago, with the last check-in `last` days ago."""
    return Engagement(active_since=day(since), last_checkin=None if last is None else day(last), exercise_due_days=due)


def found(*answers: Answer, **given: Any) -> dict[str, Finding]:
    """The findings of `found_by` the packaged rules."""
    return found_by(RULES, *answers, **given)


def found_by(
    rules: AlertRules,
    *answers: Answer,
    now: datetime = NOW,
    start: Iterable[Answer] | None = None,
    bouts: Iterable[ExerciseBout] = (),
    pains: Iterable[PainAt] = (),
    plan: Engagement | None = None,
) -> dict[str, Finding]:
    """The findings of that evidence by rule; the last one where a rule holds on several days.

    The episode starts with the first of `start`, or else with the first answer.
    """
    opening = answers if start is None else tuple(start)
    evidence = Evidence(
        zone=DENVER,
        answers=tuple(sorted(answers, key=lambda one: one.day)),
        first_week=first_week(*opening) if opening else (),
        bouts=tuple(sorted(bouts, key=lambda one: one.occurred_at)),
        pains=tuple(sorted(pains, key=lambda one: one.answered_at)),
        engagement=plan,
    )
    return {finding.rule: finding for finding in assess(evidence, now, rules)}
