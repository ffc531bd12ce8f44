"""The rules that judge the course of pain since the episode began. Scores are 0-10; answers are by day. Pure.

A day is the patient's local day. The starting pain is the median of the first seven days of the episode, known from
three check-ins on. Where a rule compares weeks it takes their means.
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

RUN_ANSWERS = 3
RUN_SPANS = 4
"""Days between the first and the last answer of a run: five answers of a daily reporter, three on alternate days.
Convention: a flare after needling is over before a run is full."""
RUN_AT_MOST = 10
ROLLING_DAYS = 14
ROLLING_ANSWERS = 4
RISE = Fraction(7, 4)
"""Points; the smallest change beyond measurement error is 1.77 (Haase 2022, inpatients) or 2 (Childs 2005)."""
EACH_ABOVE = 1
"""Points by which every answer of a run lies above the reference. Convention."""
HIGH = 7
"""A reference from which a rise is measured against the end of the scale, and a mean that makes a rise urgent.
Convention."""
RISE_FROM_HIGH = Fraction(6, 5)
MEAN_FROM_HIGH = 9

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


def pain_rise(answers: Sequence[Answer], first_week: Sequence[FirstAnswer]) -> Finding | None:
    """The latest run of answers lies clearly above the reference.

    - **run**: the shortest stretch of latest answers with three or more that spans four days or more; none if it spans
      more than ten.
    - **rolling**: the median of the 14 days before the run, known from four answers on.
    - **reference**: the lower of starting pain and rolling, or the one that is known; without either nothing is found.
    - It holds when every answer of the run is at least one point above the reference and the mean is 1.75 points above
      it. From a reference of 7 on, 1.2 points and a mean of 9 are enough, because the scale ends at 10; above 8.8 it
      cannot hold any more, and other rules and people have to see it.

    Hours since needling do not matter. Only the latest answer is judged: a run that has ended is no news.
    """
    own = _of_the_episode(answers, first_week)
    run = _latest_run(own)
    if run is None:
        return None
    since = run[0].day - timedelta(days=ROLLING_DAYS)
    before = [one.pain_now for one in own[: -len(run)] if one.day >= since]
    rolling = median(before) if len(before) >= ROLLING_ANSWERS else None
    start = _start(one.pain_now for one in first_week if one.day <= run[-1].day)
    reference = min((one for one in (start, rolling) if one is not None), default=None)
    if reference is None:
        return None
    mean = Fraction(sum(one.pain_now for one in run), len(run))
    if min(one.pain_now for one in run) < reference + EACH_ABOVE or not _is_a_rise(mean, Fraction(reference)):
        return None
    return Finding(
        rule="pain-rise",
        version=1,
        trigger=str(run[-1].day),
        value=float(mean),
        severity="high" if mean >= HIGH else "normal",
        since=run[0].day,
        known_at=max(one.received_at for one in run),
        inputs={
            "day": str(run[-1].day),
            "runFrom": str(run[0].day),
            "runCheckIns": len(run),
            "runMean": round(float(mean), 1),
            "reference": reference,
            "startingPain": start,
            "rollingPain": rolling,
            "risePoints": round(float(mean - Fraction(reference)), 1),
        },
    )


def severe_pain(answer: Answer, earlier: Sequence[Answer], first_week: Sequence[FirstAnswer]) -> Finding | None:
    """Worst pain of 7 or more, and 3 points above its start, on two days at most four days apart.

    The start is the median worst pain of the first week; from 7 on, severe pain is no news. While it is unknown, severe
    pain on two such days is `starts-high`, told once per episode.
    """
    own = _of_the_episode(earlier, first_week)
    since = answer.day - timedelta(days=SEVERE_APART)
    start = _start(one.pain_worst_24h for one in first_week if one.day <= answer.day)
    least = SEVERE if start is None else max(Fraction(SEVERE), Fraction(start) + SEVERE_ABOVE_START)
    before = next((one for one in reversed(own) if one.day >= since and one.pain_worst_24h >= least), None)
    if before is None or answer.pain_worst_24h < least or (start is not None and start >= SEVERE):
        return None
    return Finding(
        rule="severe-pain" if start is not None else "starts-high",
        version=2 if start is not None else 1,
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
    start = _start(one.pain_now for one in first_week)
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


def _of_the_episode(answers: Sequence[Answer], first_week: Sequence[FirstAnswer]) -> Sequence[Answer]:
    """Without those before the first check-in of the episode, if that is known."""
    return [one for one in answers if one.day >= first_week[0].day] if first_week else answers


def _latest_run(answers: Sequence[Answer]) -> Sequence[Answer] | None:
    for length in range(RUN_ANSWERS, len(answers) + 1):
        run = answers[-length:]
        spans = (run[-1].day - run[0].day).days
        if spans >= RUN_SPANS:
            return run if spans <= RUN_AT_MOST else None
    return None


def _is_a_rise(mean: Fraction, reference: Fraction) -> bool:
    if reference < HIGH:
        return mean - reference >= RISE
    return mean - reference >= RISE_FROM_HIGH and mean >= MEAN_FROM_HIGH


def _start(scores: Iterable[int]) -> float | None:
    known = list(scores)
    return median(known) if len(known) >= ENOUGH_FOR_A_START else None


def _first_day(first_week: Sequence[FirstAnswer]) -> date | str:
    return first_week[0].day if first_week else "unknown"
