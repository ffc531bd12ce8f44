"""The rules that judge the course of pain since the episode began; `rise` holds one more. Scores are 0-10. Pure.

Answers are by day, the patient's local day. The numbers are those of library/data/alert-rules.yaml, with their basis; a
number in a docstring is today's. The starting pain is the median of the first seven days of the episode, known from
three check-ins on. Where a rule compares weeks it takes their means.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from fractions import Fraction
from operator import attrgetter
from statistics import median

from msgspec import Struct

from homeplan.alerts.model import Answer, Finding, FirstAnswer, Input
from homeplan.library.alert_rules import AlertRules
from homeplan.library.alert_terms import StartingPain

_day = attrgetter("day")


def severe_pain(
    answer: Answer, earlier: Sequence[Answer], first_week: Sequence[FirstAnswer], rules: AlertRules
) -> Finding | None:
    """Worst pain of 7 or more, and 3 points above its start, on two days at most four days apart.

    The start is the median worst pain of the first week; from 7 on, severe pain is no news. Both days also lie 3 points
    above the mean of that week: the median of few whole numbers may be low by half a point. While the start is unknown,
    severe pain on two such days is `starts-high`, told once per episode.
    """
    limits = rules.severe_pain
    if answer.pain_worst_24h < limits.worst:
        return None
    own = of_the_episode(earlier, first_week)
    since = answer.day - timedelta(days=limits.days_apart)
    first = [one.pain_worst_24h for one in first_week if one.day <= answer.day]
    start = start_of(first, rules.starting_pain)
    usual = Fraction(0) if start is None else max(Fraction(start), mean_of(first)) + limits.above_start
    least = max(Fraction(limits.worst), usual)
    before = next((one for one in reversed(own) if one.day >= since and one.pain_worst_24h >= least), None)
    if before is None or answer.pain_worst_24h < least or (start is not None and start >= limits.worst):
        return None
    return Finding(
        rule="severe-pain" if start is not None else "starts-high",
        version=limits.version if start is not None else rules.starts_high.version,
        trigger=str(answer.day if start is not None else _first_day(first_week)),
        value=min(answer.pain_worst_24h, before.pain_worst_24h) if start is not None else limits.worst,
        since=before.day,
        known_at=answer.received_at,
        inputs={
            "day": str(answer.day),
            "days": [str(before.day), str(answer.day)],
            "painWorst24h": answer.pain_worst_24h,
            "painWorst24hBefore": before.pain_worst_24h,
            "startingWorst": start,
        },
    )


def improving(
    weeks: "TwoWeeks", answers: Sequence[Answer], first_week: Sequence[FirstAnswer], rules: AlertRules
) -> Finding | None:
    """The mean of the latest seven days is down by 2 points, or by 30 percent and 1.5 points, from the first seven.

    The weeks may not overlap, and the starting pain is 3 or more. Raised once, and again with each further whole point.
    """
    limits = rules.improving
    if weeks.start < limits.from_start:
        return None
    drop = weeks.drop
    if drop < limits.points and (drop < limits.points_with_percent or 100 * drop < limits.percent * weeks.first):
        return None
    return Finding(
        rule="improving",
        version=limits.version,
        trigger=str(_first_day(first_week)),
        value=int(drop),
        known_at=answers[-1].received_at,
        inputs={
            **weeks.inputs(answers[-1].day),
            "dropPoints": round(float(drop), 1),
            "dropPercent": round(float(100 * drop / weeks.first)),
        },
    )


def no_change(
    weeks: "TwoWeeks", answers: Sequence[Answer], first_week: Sequence[FirstAnswer], rules: AlertRules
) -> Finding | None:
    """After 28 days the mean of the latest week is within one point of the first week's; told once per episode.

    Holds from a starting pain of 4 on, and with twelve check-ins in the latest 28 days.
    """
    limits = rules.no_change
    if weeks.start < limits.from_start or abs(weeks.drop) > limits.within:
        return None
    latest, window = answers[-1].day, timedelta(days=limits.days)
    recent = len(since_day(answers, latest - window + timedelta(days=1)))
    if latest < first_week[0].day + window or recent < limits.answers:
        return None
    return Finding(
        rule="no-change",
        version=limits.version,
        trigger=str(_first_day(first_week)),
        value=1,
        known_at=answers[-1].received_at,
        inputs={**weeks.inputs(latest), "checkIns": recent, "days": (latest - first_week[0].day).days},
    )


class TwoWeeks(Struct, frozen=True, kw_only=True):
    """The first and the latest week of the episode, which do not overlap."""

    start: float
    """The median of the first week."""
    first: Fraction
    """The mean of the first week, and of the latest one below."""
    first_answers: int
    latest: Fraction
    latest_answers: int
    drop: Fraction
    """Points by which the latest mean lies below the first."""

    def inputs(self, latest_day: date) -> dict[str, Input]:
        return {
            "startingPain": self.start,
            "startingMean": round(float(self.first), 1),
            "startingCheckIns": self.first_answers,
            "latestMean": round(float(self.latest), 1),
            "latestCheckIns": self.latest_answers,
            "latestDay": str(latest_day),
        }


def two_weeks(answers: Sequence[Answer], first_week: Sequence[FirstAnswer], rules: AlertRules) -> TwoWeeks | None:
    """The weeks to compare; None until both are over and hold enough check-ins."""
    week = rules.week_mean
    start = start_of((one.pain_now for one in first_week), rules.starting_pain)
    if start is None or not answers:
        return None
    since = answers[-1].day - timedelta(days=week.days - 1)
    recent = [one.pain_now for one in since_day(answers, since)]
    if min(len(recent), len(first_week)) < week.answers or since < first_week[0].day + timedelta(days=week.days):
        return None
    first, latest = mean_of([one.pain_now for one in first_week]), mean_of(recent)
    return TwoWeeks(
        start=start,
        first=first,
        first_answers=len(first_week),
        latest=latest,
        latest_answers=len(recent),
        drop=first - latest,
    )


def of_the_episode(answers: Sequence[Answer], first_week: Sequence[FirstAnswer]) -> Sequence[Answer]:
    """The answers without those before the first check-in of the episode, if that is known."""
    return since_day(answers, first_week[0].day) if first_week else answers


def since_day(answers: Sequence[Answer], day: date) -> Sequence[Answer]:
    """The answers from that day on."""
    return answers[bisect_left(answers, day, key=_day) :]


def mean_of(scores: Sequence[int]) -> Fraction:
    """The mean of one score or more."""
    return Fraction(sum(scores), len(scores))


def start_of(scores: Iterable[int], enough: StartingPain) -> float | None:
    """The median of the first days' scores; None while they are too few."""
    known = list(scores)
    return median(known) if len(known) >= enough.answers else None


def _first_day(first_week: Sequence[FirstAnswer]) -> date | str:
    return first_week[0].day if first_week else "unknown"
