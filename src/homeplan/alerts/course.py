"""The rules that judge the course of pain since the episode began; `rise` holds one more. Scores are 0-10. Pure.

Answers are by day, the patient's local day. The starting pain is the median of the first seven days of the episode,
known from three check-ins on. Where a rule compares weeks it takes their means.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from fractions import Fraction
from statistics import median

from msgspec import Struct

from homeplan.alerts.model import Answer, Finding, FirstAnswer, Input

WEEK = 7
"""Local days."""
ENOUGH_FOR_A_START = 3
"""Check-ins in the first week from which the starting pain is known. Convention."""
ENOUGH_FOR_A_MEAN = 3
"""Check-ins needed in each of two weeks before their means are compared. Convention: one good day is no trend."""

SEVERE = 7
SEVERE_ABOVE_START = 3
SEVERE_APART = 4
"""Days between two days of severe pain at most. Convention."""

IMPROVED_POINTS = 2
IMPROVED_SHARE = Fraction(30, 100)
"""Ostelo 2008: 2 points, or 30 percent of the starting pain."""
IMPROVED_AT_LEAST = Fraction(3, 2)
IMPROVES_FROM = 3
"""The share counts from 1.5 points, and improvement from a starting pain of 3. Convention."""

NO_CHANGE_FROM = 4
NO_CHANGE_WITHIN = 1
NO_CHANGE_AFTER = 28
NO_CHANGE_ANSWERS = 12
"""Convention: a starting pain of 4, one point, 28 days, 12 check-ins in them."""


def severe_pain(answer: Answer, earlier: Sequence[Answer], first_week: Sequence[FirstAnswer]) -> Finding | None:
    """Worst pain of 7 or more, and 3 points above its start, on two days at most four days apart.

    The start is the median worst pain of the first week; from 7 on, severe pain is no news. Both days also lie 3 points
    above the mean of that week: the median of few whole numbers may be low by half a point. While the start is unknown,
    severe pain on two such days is `starts-high`, told once per episode.
    """
    if answer.pain_worst_24h < SEVERE:
        return None
    own = of_the_episode(earlier, first_week)
    since = answer.day - timedelta(days=SEVERE_APART)
    first = [one.pain_worst_24h for one in first_week if one.day <= answer.day]
    start = start_of(first)
    usual = Fraction(0) if start is None else max(Fraction(start), mean_of(first)) + SEVERE_ABOVE_START
    least = max(Fraction(SEVERE), usual)
    before = next((one for one in reversed(own) if one.day >= since and one.pain_worst_24h >= least), None)
    if before is None or answer.pain_worst_24h < least or (start is not None and start >= SEVERE):
        return None
    return Finding(
        rule="severe-pain" if start is not None else "starts-high",
        version=3 if start is not None else 1,
        trigger=str(answer.day if start is not None else _first_day(first_week)),
        value=min(answer.pain_worst_24h, before.pain_worst_24h) if start is not None else SEVERE,
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


def improving(answers: Sequence[Answer], first_week: Sequence[FirstAnswer]) -> Finding | None:
    """The mean of the latest seven days is down by 2 points, or by 30 percent and 1.5 points, from the first seven.

    The weeks may not overlap, and the starting pain is 3 or more. Raised once, and again with each further whole point.
    """
    weeks = _two_weeks(answers, first_week)
    if weeks is None or weeks.start < IMPROVES_FROM:
        return None
    drop = weeks.first - weeks.latest
    if drop < IMPROVED_POINTS and (drop < IMPROVED_AT_LEAST or drop < IMPROVED_SHARE * weeks.first):
        return None
    return Finding(
        rule="improving",
        version=2,
        trigger=str(_first_day(first_week)),
        value=int(drop),
        known_at=answers[-1].received_at,
        inputs={
            **weeks.inputs(answers[-1].day),
            "dropPoints": round(float(drop), 1),
            "dropPercent": round(float(100 * drop / weeks.first)),
        },
    )


def no_change(answers: Sequence[Answer], first_week: Sequence[FirstAnswer]) -> Finding | None:
    """After 28 days the mean of the latest week is within one point of the first week's; told once per episode.

    Holds from a starting pain of 4 on, and with twelve check-ins in the latest 28 days.
    """
    weeks = _two_weeks(answers, first_week)
    if weeks is None or weeks.start < NO_CHANGE_FROM or abs(weeks.first - weeks.latest) > NO_CHANGE_WITHIN:
        return None
    latest = answers[-1].day
    recent = sum(one.day > latest - timedelta(days=NO_CHANGE_AFTER) for one in answers)
    if latest < first_week[0].day + timedelta(days=NO_CHANGE_AFTER) or recent < NO_CHANGE_ANSWERS:
        return None
    return Finding(
        rule="no-change",
        version=1,
        trigger=str(_first_day(first_week)),
        value=1,
        known_at=answers[-1].received_at,
        inputs={**weeks.inputs(latest), "checkIns": recent, "days": (latest - first_week[0].day).days},
    )


class _TwoWeeks(Struct, frozen=True, kw_only=True):
    """The first and the latest week of the episode, which do not overlap."""

    start: float
    """The median of the first week."""
    first: Fraction
    """The mean of the first week, and of the latest one below."""
    first_answers: int
    latest: Fraction
    latest_answers: int

    def inputs(self, latest_day: date) -> dict[str, Input]:
        return {
            "startingPain": self.start,
            "startingMean": round(float(self.first), 1),
            "startingCheckIns": self.first_answers,
            "latestMean": round(float(self.latest), 1),
            "latestCheckIns": self.latest_answers,
            "latestDay": str(latest_day),
        }


def _two_weeks(answers: Sequence[Answer], first_week: Sequence[FirstAnswer]) -> _TwoWeeks | None:
    """None until both weeks are over and hold three check-ins each."""
    start = start_of(one.pain_now for one in first_week)
    if start is None or not answers:
        return None
    since = answers[-1].day - timedelta(days=WEEK - 1)
    recent = [one.pain_now for one in answers if one.day >= since]
    if len(recent) < ENOUGH_FOR_A_MEAN or since < first_week[0].day + timedelta(days=WEEK):
        return None
    return _TwoWeeks(
        start=start,
        first=Fraction(sum(one.pain_now for one in first_week), len(first_week)),
        first_answers=len(first_week),
        latest=Fraction(sum(recent), len(recent)),
        latest_answers=len(recent),
    )


def of_the_episode(answers: Sequence[Answer], first_week: Sequence[FirstAnswer]) -> Sequence[Answer]:
    """The answers without those before the first check-in of the episode, if that is known."""
    return [one for one in answers if one.day >= first_week[0].day] if first_week else answers


def mean_of(scores: Sequence[int]) -> Fraction:
    """The mean of one score or more."""
    return Fraction(sum(scores), len(scores))


def start_of(scores: Iterable[int]) -> float | None:
    """The median of the first week's scores; None while they are too few."""
    known = list(scores)
    return median(known) if len(known) >= ENOUGH_FOR_A_START else None


def _first_day(first_week: Sequence[FirstAnswer]) -> date | str:
    return first_week[0].day if first_week else "unknown"
