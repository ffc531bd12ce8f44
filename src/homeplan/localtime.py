"""Local days as stretches of absolute time, DST nights included."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo


def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The first instant, in UTC, at which a wall clock in `zone` shows `day`.

    Where midnight itself is skipped (Santiago, Beirut) that is the end of the gap; where it happens twice
    (Havana) the first pass. A day that a zone skipped altogether starts where the next one does.
    """
    return wall(day, time(0), zone)


@lru_cache(maxsize=4096)  # many patients share a day, a zone and an hour
def wall(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The instant, in UTC, of a wall time: the first pass of a repeated one, and for one in a gap the gap's end."""
    first = datetime.combine(day, at, tzinfo=zone)  # fold=0
    instant = first.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == first.replace(tzinfo=None):
        return instant
    return _end_of_gap(first, zone)


def weekday_bit(day: date) -> int:
    """Monday 1, Tuesday 2, Wednesday 4, … Sunday 64: the place of `day` in a weekday mask."""
    return 1 << day.weekday()


def _end_of_gap(missing: datetime, zone: ZoneInfo) -> datetime:
    """The transition that skips the wall time `missing`, found by halving between the two readings of it."""
    before = missing.replace(fold=1).astimezone(UTC)  # the later offset reads it as an instant before the gap
    after = missing.replace(fold=0).astimezone(UTC)
    offset = after.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) / 2
        if middle.astimezone(zone).utcoffset() == offset:
            after = middle
        else:
            before = middle
    return after.replace(microsecond=0)
