"""The traffic light of an exercise: pain during it against the pain before it. Scores are 0-10. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

from homeplan.alerts.model import PainAt

BEFORE = timedelta(hours=24)
"""Greatest age of a check-in that counts as the pain before an exercise."""
Light = Literal["green", "amber", "red"]

AMBER = 4
RED = 6
"""Pain during an exercise from which the light is amber or red when the pain before is unknown (library.yaml,
traffic_light)."""
AMBER_RISE = 2
RED_RISE = 3
"""Points above the pain before that make it amber or red at any score. Convention."""
USUAL_RISE = 1
"""Points above the pain before that do not yet make pain of `RED` or more red. Convention."""


def light_of(during: int, before: int | None) -> Light:
    """The light of one exercise; `before` is the pain now of the check-in before it, None when it is unknown.

    Red: 3 points above before, or 6 and more than one point above before. Amber: 2 points above before, or 4 and above
    before. Pain that is no higher than before is green at any score: somebody whose pain is always 5 may exercise at 5.
    """
    if before is None:
        return "red" if during >= RED else "amber" if during >= AMBER else "green"
    if during >= before + RED_RISE or (during >= RED and during > before + USUAL_RISE):
        return "red"
    if during >= before + AMBER_RISE or (during >= AMBER and during > before):
        return "amber"
    return "green"


def pain_before(occurred_at: datetime, pains: Sequence[PainAt]) -> int | None:
    """Pain now at the last check-in of the 24 hours before the exercise; `pains` is in order of time."""
    window = [one.pain_now for one in pains if occurred_at - BEFORE <= one.answered_at <= occurred_at]
    return window[-1] if window else None
