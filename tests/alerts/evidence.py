"""Builds the evidence of one patient, day by day."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from homeplan.alerts.model import Answer, Engagement, Evidence, Finding
from homeplan.alerts.rules import assess
from homeplan.programs.model import ExerciseBout

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


def bout(before: int, pain: int | None = None) -> ExerciseBout:
    return ExerciseBout(day=day(before), received_at=NOW - timedelta(days=before), worst_pain_during=pain)


def engagement(since: int, last: int | None = None, due: int = 7) -> Engagement:
    """A plan that began `since` days ago, with the last check-in `last` days ago."""
    return Engagement(active_since=day(since), last_checkin=None if last is None else day(last), exercise_due_days=due)


def found(
    *answers: Answer, now: datetime = NOW, bouts: Iterable[ExerciseBout] = (), plan: Engagement | None = None
) -> dict[str, Finding]:
    """The findings of that evidence by rule; the last one where a rule holds on several days."""
    evidence = Evidence(
        zone=DENVER,
        answers=tuple(sorted(answers, key=lambda one: one.day)),
        bouts=tuple(sorted(bouts, key=lambda one: one.day)),
        engagement=plan,
    )
    return {finding.rule: finding for finding in assess(evidence, now)}
