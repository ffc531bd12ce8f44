"""The rule that finds a rise of pain against what was usual. Scores are 0-10; answers are by day. Pure.

The numbers are those of library/data/alert-rules.yaml, each with its basis.
"""

from collections.abc import Sequence
from datetime import timedelta
from fractions import Fraction
from statistics import median

from msgspec import Struct

from homeplan.alerts.course import mean_of, of_the_episode, since_day, start_of
from homeplan.alerts.model import Answer, Finding, FirstAnswer
from homeplan.library.alert_rules import AlertRules, PainRise, RunShape


def pain_rise(answers: Sequence[Answer], first_week: Sequence[FirstAnswer], rules: AlertRules) -> Finding | None:
    """The latest run of answers lies clearly above the reference, in one of the shapes.

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
    limits = rules.pain_rise
    own = of_the_episode(answers, first_week)
    first = [one.pain_now for one in first_week if one.day <= answers[-1].day]
    start = start_of(first, rules.starting_pain)
    for shape in limits.shapes:
        run = _latest_run(own, shape, limits.most_days)
        usual = None if run is None else _usual(own[: -len(run)], first, start, run, rules)
        if run is not None and usual is not None and _is_a_rise([one.pain_now for one in run], usual, shape, limits):
            return _rise(run, usual, limits)
    return None


def _rise(run: Sequence[Answer], usual: "_Usual", limits: PainRise) -> Finding:
    mean = mean_of([one.pain_now for one in run])
    return Finding(
        rule="pain-rise",
        version=limits.version,
        trigger=str(run[-1].day),
        value=float(mean),
        severity="high" if mean >= limits.high else "normal",
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


def _latest_run(answers: Sequence[Answer], shape: RunShape, most_days: int) -> Sequence[Answer] | None:
    for length in range(shape.answers, len(answers) + 1):
        run = answers[-length:]
        spans = (run[-1].day - run[0].day).days
        if spans >= shape.days:
            return run if spans <= most_days else None
    return None


class _Usual(Struct, frozen=True, kw_only=True):
    """The pain that a run is compared with."""

    reference: float
    chosen_from: Sequence[Sequence[int]]
    """The scores that the reference may be of: those of the first week, of the weeks before the run."""
    start: float | None
    rolling: float | None
    recent: float | None
    """None also where it does not count."""


def _usual(
    before: Sequence[Answer], first: Sequence[int], start: float | None, run: Sequence[Answer], rules: AlertRules
) -> _Usual | None:
    def last(days: int) -> list[int]:
        since = run[0].day - timedelta(days=days)
        return [one.pain_now for one in since_day(before, since)]

    weeks, week = last(rules.rolling_pain.days), last(rules.recent_pain.days)
    rolling = median(weeks) if len(weeks) >= rules.rolling_pain.answers else None
    recent = median(week) if len(week) >= rules.recent_pain.answers and start is not None else None
    if recent is not None and start is not None and start - recent < rules.recent_pain.below_start:
        recent = None
    known = [(at, scores) for at, scores in ((start, first), (rolling, weeks), (recent, week)) if at is not None]
    if not known:
        return None
    return _Usual(
        reference=min(at for at, _ in known),
        chosen_from=[scores for _, scores in known],
        start=start,
        rolling=rolling,
        recent=recent,
    )


def _is_a_rise(scores: Sequence[int], usual: _Usual, shape: RunShape, limits: PainRise) -> bool:
    low = sum(score < usual.reference + shape.each for score in scores)
    if low > shape.lower or scores[-1] < usual.reference + shape.each:
        return False
    mean = mean_of(scores)
    if usual.reference < limits.high:
        lowest = min(map(mean_of, usual.chosen_from))
        return mean - max(Fraction(usual.reference), lowest) >= shape.rise
    return mean - Fraction(usual.reference) >= shape.rise_from_high and mean >= limits.mean_from_high
