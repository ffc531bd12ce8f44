"""The start of a local day, and the instant of a wall time."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest

from homeplan.clock import local_day
from homeplan.localtime import start_of_day, wall, weekday_bit


@pytest.mark.parametrize(
    ("zone", "day", "start"),
    [
        ("America/Denver", date(2026, 3, 2), datetime(2026, 3, 2, 7, tzinfo=UTC)),
        ("Asia/Kolkata", date(2026, 3, 2), datetime(2026, 3, 1, 18, 30, tzinfo=UTC)),
        ("America/Santiago", date(2026, 9, 6), datetime(2026, 9, 6, 4, tzinfo=UTC)),  # begins at 01:00
        ("Asia/Beirut", date(2026, 3, 29), datetime(2026, 3, 28, 22, tzinfo=UTC)),  # begins at 01:00
        ("America/Havana", date(2026, 11, 1), datetime(2026, 11, 1, 4, tzinfo=UTC)),  # the first of two midnights
    ],
)
def test_a_day_starts_at_the_first_instant_that_shows_it(zone: str, day: date, start: datetime) -> None:
    assert start_of_day(day, ZoneInfo(zone)) == start


def test_a_wall_time_in_the_gap_means_the_end_of_the_gap() -> None:
    assert wall(date(2026, 3, 8), time(2, 30), ZoneInfo("America/Denver")) == datetime(2026, 3, 8, 9, tzinfo=UTC)


def test_a_repeated_wall_time_means_its_first_pass() -> None:
    assert wall(date(2026, 11, 1), time(1, 30), ZoneInfo("America/Denver")) == datetime(2026, 11, 1, 7, 30, tzinfo=UTC)


def test_every_day_of_a_year_starts_right_in_every_zone() -> None:
    moment = timedelta(microseconds=1)
    for name in sorted(available_timezones()):
        zone = ZoneInfo(name)
        for transition in _days_of_clock_changes(2026, zone):
            start = start_of_day(transition, zone)
            assert local_day(start, zone) == transition, name
            assert local_day(start - moment, zone) < transition, name


def test_weekdays_are_powers_of_two_from_monday() -> None:
    assert [weekday_bit(date(2026, 3, 2) + timedelta(days=n)) for n in range(7)] == [1, 2, 4, 8, 16, 32, 64]


def _days_of_clock_changes(year: int, zone: ZoneInfo) -> list[date]:
    days, day = [], date(year, 1, 1)
    offset = datetime(year, 1, 1, tzinfo=zone).utcoffset()
    while day.year == year:
        after = datetime(day.year, day.month, day.day, 23, 59, tzinfo=zone).utcoffset()
        if after != offset:
            days += [day, day + timedelta(days=1)]
        offset, day = after, day + timedelta(days=1)
    return [day for day in days if day.year == year]
