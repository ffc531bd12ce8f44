"""The rule that finds a rise of pain against what was usual. Scores are 0-10; answers are by day. Pure."""

from collections.abc import Sequence
from datetime import timedelta
from fractions import Fraction
from statistics import median

from msgspec import Struct

from homeplan.alerts.course import WEEK, mean_of, of_the_episode, start_of
from homeplan.alerts.model import Answer, Finding, FirstAnswer

ROLLING_DAYS = 14
ROLLING_ANSWERS = 4
RECENT_ANSWERS = 4
RECENT_BELOW_START = 2
"""The week before a run counts on its own, from four answers on, where it lies this far below the start: after an
improvement the two weeks still hold the pain from before it. 2 points: Childs 2005; the shape is a convention."""
RUN_AT_MOST = 10
"""Days that a run spans at most."""
HIGH = 7
"""A reference from which a rise is measured against the end of the scale, and a mean that makes a rise urgent.
Convention."""
MEAN_FROM_HIGH = 9


class Shape(Struct, frozen=True, kw_only=True):
    """A shape of run, and what makes it a rise. Points are on the scale of 0-10."""

    answers: int
    spans: int
    """Days between the first and the last answer, at least."""
    rise: Fraction
    """Points by which the mean lies above the reference, at least."""
    rise_from_high: Fraction
    """The same from a reference of `HIGH` on."""
    each: int
    """Points by which every answer lies above the reference, at least."""
    lower: int = 0
    """Answers before the latest that may be lower than that."""


SHAPES = (
    Shape(answers=3, spans=4, rise=Fraction(7, 4), rise_from_high=Fraction(6, 5), each=1),
    Shape(answers=4, spans=3, rise=Fraction(5, 2), rise_from_high=Fraction(5, 2), each=2),
    Shape(answers=6, spans=6, rise=Fraction(7, 4), rise_from_high=Fraction(6, 5), each=1, lower=1),
)
"""The usual run (five answers of a daily reporter, three on alternate days), a clear rise, which is known a day
earlier, and a long run with one better day. 1.75: the smallest change beyond measurement error is 1.77 (Haase 2022,
inpatients) or 2 (Childs 2005). The rest is convention: a flare after needling is over before any of them is full."""


def pain_rise(answers: Sequence[Answer], first_week: Sequence[FirstAnswer]) -> Finding | None:
    """The latest run of answers lies clearly above the reference, in one of the `SHAPES`.

    - **run**: the shortest stretch of latest answers with at least the answers and days of the shape; none if it spans
      more than ten days.
    - **rolling**: the median of the 14 days before the run, known from four answers on.
    - **reference**: the lowest of starting pain, rolling, and the median of the week before the run if that is two
      points below the start; without starting pain and rolling nothing is found.
    - It holds when the run's mean and every answer lie above the reference as the shape says. Below a reference of 7
      the run's mean also lies that far above the lowest mean of the same answers: the median of few whole numbers may
      be low by half a point. From 7 on a smaller rise and a mean of 9 are enough, because the scale ends at 10; above
      8.8 it cannot hold any more, and other rules and people have to see it.

    Hours since needling do not matter. Only the latest answer is judged: a run that has ended is no news.
    """
    own = of_the_episode(answers, first_week)
    for shape in SHAPES:
        run = _latest_run(own, shape)
        usual = None if run is None else _usual(own[: -len(run)], first_week, run)
        if run is not None and usual is not None and _is_a_rise([one.pain_now for one in run], usual, shape):
            return _rise(run, usual)
    return None


def _rise(run: Sequence[Answer], usual: "_Usual") -> Finding:
    mean = mean_of([one.pain_now for one in run])
    return Finding(
        rule="pain-rise",
        version=2,
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
            "reference": usual.reference,
            "startingPain": usual.start,
            "rollingPain": usual.rolling,
            **({} if usual.recent is None else {"recentPain": usual.recent}),
            "risePoints": round(float(mean - Fraction(usual.reference)), 1),
        },
    )


def _latest_run(answers: Sequence[Answer], shape: Shape) -> Sequence[Answer] | None:
    for length in range(shape.answers, len(answers) + 1):
        run = answers[-length:]
        spans = (run[-1].day - run[0].day).days
        if spans >= shape.spans:
            return run if spans <= RUN_AT_MOST else None
    return None


class _Usual(Struct, frozen=True, kw_only=True):
    """The pain that a run is compared with."""

    reference: float
    mean: Fraction
    """The lowest mean of the answers that the reference was chosen from."""
    start: float | None
    rolling: float | None
    recent: float | None
    """None also where it does not count."""


def _usual(before: Sequence[Answer], first_week: Sequence[FirstAnswer], run: Sequence[Answer]) -> _Usual | None:
    def since(days: int) -> list[int]:
        return [one.pain_now for one in before if one.day >= run[0].day - timedelta(days=days)]

    first, weeks, week = (
        [one.pain_now for one in first_week if one.day <= run[-1].day],
        since(ROLLING_DAYS),
        since(WEEK),
    )
    start = start_of(first)
    rolling = median(weeks) if len(weeks) >= ROLLING_ANSWERS else None
    recent = median(week) if len(week) >= RECENT_ANSWERS and start is not None else None
    if recent is not None and start is not None and start - recent < RECENT_BELOW_START:
        recent = None
    known = [(at, scores) for at, scores in ((start, first), (rolling, weeks), (recent, week)) if at is not None]
    if not known:
        return None
    return _Usual(
        reference=min(at for at, _ in known),
        mean=min(mean_of(scores) for _, scores in known),
        start=start,
        rolling=rolling,
        recent=recent,
    )


def _is_a_rise(scores: Sequence[int], usual: _Usual, shape: Shape) -> bool:
    low = sum(score < usual.reference + shape.each for score in scores)
    if low > shape.lower or scores[-1] < usual.reference + shape.each:
        return False
    mean = mean_of(scores)
    if usual.reference < HIGH:
        return mean - max(Fraction(usual.reference), usual.mean) >= shape.rise
    return mean - Fraction(usual.reference) >= shape.rise_from_high and mean >= MEAN_FROM_HIGH
