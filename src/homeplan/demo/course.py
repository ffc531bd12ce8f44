"""The course of an invented patient's pain: the same numbers in every run, believable ups and downs."""

import random

from msgspec import Struct

from homeplan.demo.cast import Role

SORENESS_H = 96
FLARE_DAYS = 6
"""Days before today in which the pain of a flare is up: longer than a flare after needling lasts."""


class Answers(Struct, frozen=True, kw_only=True):
    """One day's numbers, all 0 to 10."""

    pain_now: int
    pain_worst: int
    soreness: int | None
    interference: int
    sleep: str


def chance(role: Role, days_ago: int, what: str) -> float:
    """A number from 0 to 1 that belongs to this patient, day and question."""
    return random.Random(f"{role.seed}/{days_ago}/{what}").random()


def answers(role: Role, days_ago: int, hours_since_needling: float | None) -> Answers:
    """The patient's answers on that day."""
    level = _level(role, days_ago)
    pain_now = _score(level + 1.6 * (chance(role, days_ago, "now") - 0.5))
    if role.course == "flare" and days_ago <= FLARE_DAYS:
        pain_now = _score(role.start_pain + 3 + chance(role, days_ago, "flare"))
    worst = max(pain_now, _score(level + 1.5 + chance(role, days_ago, "worst")))
    soreness = None
    if hours_since_needling is not None and hours_since_needling < SORENESS_H:
        fading = 6.0 * (1 - hours_since_needling / 80)
        soreness = _score(max(5.0, fading) if role.course == "sore" else fading)
    return Answers(
        pain_now=pain_now,
        pain_worst=worst,
        soreness=soreness,
        interference=_score(level * 0.8),
        sleep="poor" if pain_now >= 7 else "some" if chance(role, days_ago, "sleep") < 0.4 else "good",
    )


def _level(role: Role, days_ago: int) -> float:
    """The underlying pain of that day, before its ups and downs."""
    joined = role.joined or 0
    progress = (joined - days_ago) / max(joined, 1)
    match role.course:
        case "responder":
            return role.start_pain * (1 - 0.65 * progress)
        case "wavering":
            return role.start_pain + 1.5 * ((days_ago % 6) / 5 - 0.5)
        case "sore" | "flare":
            return role.start_pain - 1.5 * progress
        case _:
            return role.start_pain - 0.5 * progress


def _score(value: float) -> int:
    return max(0, min(10, round(value)))
