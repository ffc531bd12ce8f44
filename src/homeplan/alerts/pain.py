"""The rules about soreness and spread, which judge one check-in against earlier ones. Scores are 0-10. Pure."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from homeplan.alerts.model import Answer, Finding, Input, RuleId
from homeplan.library.alert_rules import AlertRule, AlertRules


def soreness_72h(answer: Answer, _: Sequence[Answer], rules: AlertRules) -> Finding | None:
    """Soreness of 4 or more, more than 72 h after needling."""
    if answer.soreness is None or answer.since_needling is None:
        return None
    limits = rules.soreness_72h
    if answer.soreness < limits.score or answer.since_needling <= limits.time:
        return None
    return _found("soreness-72h", limits, answer, value=answer.soreness, inputs=_soreness(answer))


def soreness_high(answer: Answer, _: Sequence[Answer], rules: AlertRules) -> Finding | None:
    """Soreness of 8 or more within 72 h after needling."""
    if answer.soreness is None or answer.since_needling is None:
        return None
    limits = rules.soreness_high
    if answer.soreness < limits.score or answer.since_needling > limits.time:
        return None
    return _found("soreness-high", limits, answer, value=answer.soreness, inputs=_soreness(answer))


def leg_spread(answer: Answer, earlier: Sequence[Answer], rules: AlertRules) -> Finding | None:
    """A region below the knee that the check-ins of the seven days before did not name; left and right count apart.

    After a silence of a week the last check-in that named regions is compared instead. A first check-in is not judged.
    """
    limits = rules.leg_spread
    if not answer.places or not any(slug in limits.regions for slug, _ in answer.places):
        return None
    located = [one for one in earlier if one.places is not None]
    if not located:
        return None
    recent = [one for one in located if one.day >= answer.day - timedelta(days=limits.days)] or located[-1:]
    known = frozenset().union(*(one.places or () for one in recent))
    new = sorted(f"{slug} {side}" for slug, side in answer.places - known if slug in limits.regions)
    if not new:
        return None
    return _found(
        "leg-spread",
        limits,
        answer,
        value=len(new),
        marks=frozenset(new),
        inputs={"newRegions": list(new), "comparedFrom": str(recent[0].day), "comparedUntil": str(recent[-1].day)},
    )


OF_A_CHECKIN: tuple[Callable[[Answer, Sequence[Answer], AlertRules], Finding | None], ...] = (
    soreness_72h,
    soreness_high,
    leg_spread,
)


def _found(
    rule: RuleId,
    limits: AlertRule,
    answer: Answer,
    *,
    value: float,
    inputs: dict[str, Input],
    marks: frozenset[str] = frozenset(),
) -> Finding:
    return Finding(
        rule=rule,
        version=limits.version,
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
