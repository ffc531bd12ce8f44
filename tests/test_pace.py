"""A worker beside requests handles its rows at even intervals, and rests while the event loop is busy."""

import asyncio
from itertools import pairwise

import pytest

from homeplan.worker_loop import LONGEST_REST_S, Pace, beside_requests
from tests.waiting import turn


class Seconds:
    """A time that passes only while somebody waits; each wait takes `late_s` longer."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.late_s = 0.0

    async def sleep(self, seconds: float) -> None:
        await turn()
        self.now += seconds + self.late_s

    def pace(self, per_s: float | None, batch: int = 10) -> Pace:
        return Pace(per_s, batch, monotonic=lambda: self.now, sleep=self.sleep)


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


async def gaps(pace: Pace, seconds: Seconds, count: int) -> list[float]:
    """The seconds between `count` places."""
    times = []
    for _ in range(count + 1):
        await pace.place()
        times.append(seconds.now)
    return [later - earlier for earlier, later in pairwise(times)]


async def test_places_are_evenly_spaced(seconds: Seconds) -> None:
    assert await gaps(seconds.pace(100), seconds, 4) == pytest.approx([0.01] * 4)


async def test_deliveries_that_wait_at_the_same_time_get_one_place_each(seconds: Seconds) -> None:
    pace = seconds.pace(100)
    assert await asyncio.gather(*(pace.place() for _ in range(4))) == pytest.approx([0, 0.01, 0.02, 0.03])


async def test_places_that_were_not_used_are_not_saved_up(seconds: Seconds) -> None:
    pace = seconds.pace(100)
    await pace.place()
    seconds.now += 60
    assert await gaps(pace, seconds, 2) == pytest.approx([0.01] * 2)


async def test_a_little_lateness_costs_nothing(seconds: Seconds) -> None:
    seconds.late_s = 0.002
    assert sum(await gaps(seconds.pace(100), seconds, 10)) == pytest.approx(0.1, abs=0.003)


async def test_a_busy_event_loop_is_given_three_times_its_lateness(seconds: Seconds) -> None:
    pace = seconds.pace(100)
    await pace.place()
    seconds.late_s = 0.02
    assert await gaps(pace, seconds, 2) == pytest.approx([0.01 + 0.06 + 0.02] * 2)


async def test_reminders_go_on_however_busy_the_event_loop_is(seconds: Seconds) -> None:
    pace = seconds.pace(100)
    await pace.place()
    seconds.late_s = 5.0
    await pace.place()
    seconds.late_s = 0.0
    before = seconds.now
    await pace.place()
    assert seconds.now - before == pytest.approx(0.01 + LONGEST_REST_S)


async def test_rows_that_need_no_sending_take_their_places_too(seconds: Seconds) -> None:
    pace = seconds.pace(100, batch=10)
    for _ in range(4):
        await pace.ready()
        pace.spend(10)
    assert seconds.now == pytest.approx(1000 + 0.3 - 0.01)


async def test_the_next_batch_is_taken_when_half_of_one_waits() -> None:
    pace = Pace(200, 10)
    waiting = [asyncio.create_task(pace.place()) for _ in range(10)]
    await asyncio.gather(waiting[0])
    await pace.ready()
    assert sum(not task.done() for task in waiting) <= 5
    await asyncio.gather(*waiting)


async def test_alone_nobody_waits(seconds: Seconds) -> None:
    pace = seconds.pace(None)
    pace.spend(1000)
    await pace.ready()
    assert await pace.place() == 0.0
    assert seconds.now == 1000.0


def test_beside_requests_a_batch_is_short() -> None:
    assert beside_requests().batch < Pace().batch
