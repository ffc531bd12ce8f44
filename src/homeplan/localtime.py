"""Local days and wall times as instants in UTC, DST nights included. Pure."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo


def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The first instant, in UTC, at which a wall clock in `zone` shows `day`.

    Where midnight is skipped (Santiago, Beirut) it is the end of the gap; where midnight happens twice (Havana) it
    is the first pass. A day that a zone skipped starts where the next day starts.
    """
    return wall(day, time(0), zone)


@lru_cache(maxsize=4096)  # many patients share a day, a zone and an hour
def wall(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The instant, in UTC, of a wall time: the first pass of a repeated time, the end of the gap for a skipped time."""
    first = datetime.combine(day, at, tzinfo=zone)  # fold=0
    instant = first.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == first.replace(tzinfo=None):
        return instant
    return _end_of_gap(first, zone)


def weekday_bit(day: date) -> int:
    """The bit of `day` in a weekday mask: Monday 1, Tuesday 2, Wednesday 4, … Sunday 64."""
    return 1 << day.weekday()


def _end_of_gap(missing: datetime, zone: ZoneInfo) -> datetime:
    """The transition that skips the wall time `missing`, found by bisection between its two readings."""
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
