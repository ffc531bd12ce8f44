"""The rules that judge one check-in against earlier ones. Scores are 0-10; `earlier` is by day, oldest first. Pure."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from fractions import Fraction
from statistics import median

from homeplan.alerts.model import Answer, Finding, Input, RuleId, StartingPain

BASELINE_DAYS = 7
AFTER_NEEDLING = timedelta(hours=72)
"""Post-needling soreness averages less than this (checkin.yaml, soreness-72h)."""

SEVERE = 7
RISE = 2
"""Points: the smallest change of the NPRS beyond measurement error in low back pain (Childs 2005)."""
RISE_WHEN_SEVERE = 3
SORE_TOO_LONG = 4
SORE_TOO_MUCH = 8
BELOW_KNEE = frozenset({"calf", "foot"})
"""Region slugs of checkin.yaml that lie below the knee."""

IMPROVED_POINTS = 2
IMPROVED_SHARE = Fraction(30, 100)
"""Ostelo 2008: 2 points, or 30 percent of the starting pain."""
ENOUGH_FOR_A_MEAN = 3
"""Check-ins needed in each of two weeks before their means are compared. Convention: one good day is no trend."""


def severe_pain(answer: Answer, earlier: Sequence[Answer]) -> Finding | None:
    """Worst pain >= 7 on two check-ins in a row, in someone whose baseline is below 7.

    In a row: no other check-in between them, even if days were missed. Baseline: the median worst pain of the seven
    days before the first of the two. Without a check-in there the baseline is unknown and the rule holds.
    """
    if not earlier or min(answer.pain_worst_24h, earlier[-1].pain_worst_24h) < SEVERE:
        return None
    baseline, days = _baseline(earlier, earlier[-1].day, lambda one: one.pain_worst_24h)
    if baseline is not None and baseline >= SEVERE:
        return None
    return _found(
        "severe-pain",
        answer,
        value=answer.pain_worst_24h,
        inputs={
            "days": [str(earlier[-1].day), str(answer.day)],
            "painWorst24h": answer.pain_worst_24h,
            "painWorst24hBefore": earlier[-1].pain_worst_24h,
            "baseline": baseline,
            "baselineCheckIns": days,
        },
    )


def rise_two(answer: Answer, earlier: Sequence[Answer]) -> Finding | None:
    """Pain now at least 2 points over the baseline on two days in a row, more than 72 h after needling.

    Two days in a row: neighbouring local days. Baseline: the median pain now of the seven days before the first of the
    two, so that the first day's rise does not hide the second's. The hours are those at the second check-in; without
    any needling no soreness explains the rise, and the condition is met.
    """
    if not earlier or earlier[-1].day != answer.day - timedelta(days=1):
        return None
    if answer.since_needling is not None and answer.since_needling <= AFTER_NEEDLING:
        return None
    baseline, days = _baseline(earlier, earlier[-1].day, lambda one: one.pain_now)
    if baseline is None or min(answer.pain_now, earlier[-1].pain_now) - baseline < RISE:
        return None
    return _found(
        "rise-two",
        answer,
        value=answer.pain_now - baseline,
        inputs={
            "days": [str(earlier[-1].day), str(answer.day)],
            "painNow": answer.pain_now,
            "painNowBefore": earlier[-1].pain_now,
            "baseline": baseline,
            "baselineCheckIns": days,
            "hoursSinceNeedling": _hours(answer.since_needling),
        },
    )


def rise_three(answer: Answer, earlier: Sequence[Answer]) -> Finding | None:
    """Pain now at least 3 points over a median of 7 or more of the seven days before, on one check-in."""
    baseline, days = _baseline(earlier, answer.day, lambda one: one.pain_now)
    if baseline is None or baseline < SEVERE or answer.pain_now - baseline < RISE_WHEN_SEVERE:
        return None
    return _found(
        "rise-three",
        answer,
        value=answer.pain_now - baseline,
        inputs={"painNow": answer.pain_now, "baseline": baseline, "baselineCheckIns": days},
    )


def soreness_72h(answer: Answer, _: Sequence[Answer]) -> Finding | None:
    """Soreness of 4 or more, more than 72 h after needling."""
    if answer.soreness is None or answer.since_needling is None:
        return None
    if answer.soreness < SORE_TOO_LONG or answer.since_needling <= AFTER_NEEDLING:
        return None
    return _found("soreness-72h", answer, value=answer.soreness, inputs=_soreness(answer))


def soreness_high(answer: Answer, _: Sequence[Answer]) -> Finding | None:
    """Soreness of 8 or more within 72 h after needling."""
    if answer.soreness is None or answer.since_needling is None:
        return None
    if answer.soreness < SORE_TOO_MUCH or answer.since_needling > AFTER_NEEDLING:
        return None
    return _found("soreness-high", answer, value=answer.soreness, inputs=_soreness(answer))


def leg_spread(answer: Answer, earlier: Sequence[Answer]) -> Finding | None:
    """A region below the knee that the check-ins of the seven days before did not name; left and right count apart.

    After a silence of a week the last check-in that named regions is compared instead. A first check-in is not judged.
    """
    located = [one for one in earlier if one.places is not None]
    if not answer.places or not located:
        return None
    recent = [one for one in located if one.day >= answer.day - timedelta(days=BASELINE_DAYS)] or located[-1:]
    known = frozenset().union(*(one.places or () for one in recent))
    new = sorted(f"{slug} {side}" for slug, side in answer.places - known if slug in BELOW_KNEE)
    if not new:
        return None
    return _found(
        "leg-spread",
        answer,
        value=len(new),
        marks=frozenset(new),
        inputs={"newRegions": list(new), "comparedFrom": str(recent[0].day), "comparedUntil": str(recent[-1].day)},
    )


def improving(answers: Sequence[Answer], start: StartingPain | None) -> Finding | None:
    """The mean pain now of the latest seven days is down by 2 points or 30 percent from the first seven days.

    The weeks may not overlap. Raised once, and again with each further whole point.
    """
    if start is None or start.count < ENOUGH_FOR_A_MEAN or not answers:
        return None
    latest = answers[-1]
    first = latest.day - timedelta(days=BASELINE_DAYS - 1)
    recent = [one.pain_now for one in answers if one.day >= first]
    if len(recent) < ENOUGH_FOR_A_MEAN or first < start.first_day + timedelta(days=BASELINE_DAYS):
        return None
    before, after = Fraction(start.total, start.count), Fraction(sum(recent), len(recent))
    drop = before - after
    if drop <= 0 or (drop < IMPROVED_POINTS and drop < IMPROVED_SHARE * before):
        return None
    return Finding(
        rule="improving",
        version=1,
        trigger=str(start.first_day),
        value=int(drop),
        known_at=latest.received_at,
        inputs={
            "startingMean": round(float(before), 1),
            "startingCheckIns": start.count,
            "latestMean": round(float(after), 1),
            "latestCheckIns": len(recent),
            "dropPoints": round(float(drop), 1),
            "dropPercent": round(float(100 * drop / before)),
            "latestDay": str(latest.day),
        },
    )


OF_A_CHECKIN: tuple[Callable[[Answer, Sequence[Answer]], Finding | None], ...] = (
    severe_pain,
    rise_two,
    rise_three,
    soreness_72h,
    soreness_high,
    leg_spread,
)


def _baseline(earlier: Sequence[Answer], before: date, score: Callable[[Answer], int]) -> tuple[float | None, int]:
    """The median over the seven local days before `before`, and the number of its check-ins."""
    first = before - timedelta(days=BASELINE_DAYS)
    scores = [score(one) for one in earlier if first <= one.day < before]
    return (median(scores) if scores else None), len(scores)


def _found(
    rule: RuleId, answer: Answer, *, value: float, inputs: dict[str, Input], marks: frozenset[str] = frozenset()
) -> Finding:
    return Finding(
        rule=rule,
        version=1,
        trigger=str(answer.day),
        value=value,
        marks=marks,
        known_at=answer.received_at,
        inputs={"day": str(answer.day), **inputs},
    )


def _soreness(answer: Answer) -> dict[str, Input]:
    return {"soreness": answer.soreness, "hoursSinceNeedling": _hours(answer.since_needling)}


def _hours(elapsed: timedelta | None) -> float | None:
    return None if elapsed is None else round(elapsed / timedelta(hours=1), 1)
