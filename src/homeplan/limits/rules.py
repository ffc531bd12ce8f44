"""The pure decisions of limits: until when the next try waits."""

from datetime import datetime, timedelta
from math import ceil

from homeplan.limits.model import Limit, Tries

FIRST_WAIT = timedelta(seconds=1)
_MOST_DOUBLINGS = 20


def free_at(limit: Limit, tries: Tries | None, now: datetime) -> datetime:
    """The instant from which another try is allowed; `now` when it is allowed at once."""
    if tries is None or tries.until <= now or tries.times < limit.most:
        return now
    if limit.longest_wait is None:
        return tries.until
    doublings = min(tries.times - limit.most, _MOST_DOUBLINGS)
    return max(now, tries.last_at + min(FIRST_WAIT * (1 << doublings), limit.longest_wait))


def seconds_until(free: datetime, now: datetime) -> int:
    """Whole seconds of a wait, rounded up; 0 when there is none."""
    return max(0, ceil((free - now).total_seconds()))
