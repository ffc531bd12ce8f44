"""Until when the next try waits."""

from datetime import timedelta

import pytest

from homeplan.limits.model import Limit, Tries
from homeplan.limits.rules import free_at, seconds_until
from tests.world import START

MINUTE = timedelta(minutes=1)
TEN = Limit(name="ten", most=10, within=MINUTE)
GROWING = Limit(name="growing", most=5, within=timedelta(hours=1), slides=True, longest_wait=timedelta(minutes=5))


def tries(limit: Limit, times: int, ago: timedelta = timedelta(0)) -> Tries:
    """That number of tries, the last of them that long ago."""
    return Tries(times, START - ago, START - ago + limit.within)


def wait_s(limit: Limit, found: Tries | None) -> int:
    return seconds_until(free_at(limit, found, START), START)


def test_what_was_never_tried_does_not_wait() -> None:
    assert wait_s(TEN, None) == wait_s(GROWING, None) == 0


@pytest.mark.parametrize(
    ("times", "ago_s", "expected"), [(9, 0, 0), (10, 0, 60), (99, 20, 40), (10, 59.5, 1), (10, 60, 0)]
)
def test_a_limit_holds_until_its_time_is_over(times: int, ago_s: float, expected: int) -> None:
    assert wait_s(TEN, tries(TEN, times, timedelta(seconds=ago_s))) == expected


def test_waits_double_up_to_the_longest_and_run_from_the_last_try() -> None:
    waits = [wait_s(GROWING, tries(GROWING, times)) for times in range(1, 16)]
    assert waits == [0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]
    assert wait_s(GROWING, tries(GROWING, 10**6)) == 300
    assert wait_s(GROWING, tries(GROWING, 9, timedelta(seconds=10))) == 6
    assert wait_s(GROWING, tries(GROWING, 9, timedelta(seconds=16))) == 0


def test_a_subject_names_its_limit_and_hides_what_is_counted() -> None:
    subject = GROWING.of("ana@clinic.example", "203.0.113.0/24").subject
    assert subject.startswith("growing ")
    assert "ana" not in subject
    assert subject == GROWING.of("ana@clinic.example", "203.0.113.0/24").subject
    others = {
        TEN.of("a", "b").subject,
        GROWING.of("a", "b").subject,
        GROWING.of("ab").subject,
        GROWING.of("b", "a").subject,
    }
    assert len(others) == 4
