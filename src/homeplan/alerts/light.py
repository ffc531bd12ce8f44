"""The traffic light of an exercise: pain during it against the pain before it. Scores are 0-10. Pure."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from homeplan.alerts.model import PainAt
from homeplan.library.alert_terms import Light

LightColor = Literal["green", "amber", "red"]


def light_of(during: int, before: int | None, light: Light) -> LightColor:
    """The light of one exercise; `before` is the pain now of the check-in before it, None when it is unknown.

    Red: 3 points above before, or 6 and more than one point above before. Amber: 2 points above before, or 4 and above
    before. Pain that is no higher than before is green at any score: somebody whose pain is always 5 may exercise at 5.
    """
    if before is None:
        return "red" if during >= light.red else "amber" if during >= light.amber else "green"
    if during >= before + light.red_rise or (during >= light.red and during > before + light.usual_rise):
        return "red"
    if during >= before + light.amber_rise or (during >= light.amber and during > before):
        return "amber"
    return "green"


def pain_before(occurred_at: datetime, pains: Sequence[PainAt], light: Light) -> int | None:
    """Pain now at the last check-in of the 24 hours before the exercise; `pains` is in order of time."""
    window = [one.pain_now for one in pains if occurred_at - light.before <= one.answered_at <= occurred_at]
    return window[-1] if window else None
