"""Whether soreness of the needled muscle is asked for: until it has settled, or seven days are over. Pure.

Hours and scores are those of outcomes.yaml, section `soreness`; a docstring that names one names today's.
"""

from collections.abc import Iterable
from datetime import timedelta

from msgspec import Struct

from homeplan.library.outcome_content import SorenessRule


class SorenessAnswer(Struct, frozen=True):
    """A soreness score (0-10) and the time since the end of the latest needling session at which it was given."""

    score: int
    since_needling: timedelta


def is_soreness_expected(
    since_needling: timedelta | None, earlier: Iterable[SorenessAnswer], rule: SorenessRule
) -> bool:
    """Whether soreness is asked for at this time since the latest session, given the answers before.

    It is asked until one answer of 3 or less is given more than 72 h after the session, or 168 h are over; an answer
    that is missing keeps it open.
    """
    if since_needling is None or since_needling >= rule.until:
        return False
    after = rule.after
    return not any(one.score <= rule.settled and after < one.since_needling <= since_needling for one in earlier)
