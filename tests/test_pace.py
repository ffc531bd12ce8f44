"""A worker beside requests handles its rows at even intervals."""

import asyncio

import pytest

from homeplan.worker_loop import Pace, beside_requests


class Seconds:
    """A time that passes only while somebody waits."""

    def __init__(self) -> None:
        self.now = 0.0
        self.waits: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.waits.append(round(seconds, 6))
        self.now += seconds

    def pace(self, per_s: float | None, batch: int = 10) -> Pace:
        return Pace(per_s, batch, monotonic=lambda: self.now, sleep=self.sleep)


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


async def test_places_are_evenly_spaced(seconds: Seconds) -> None:
    pace = seconds.pace(100)
    assert [await pace.place() for _ in range(4)] == [0.0, *[pytest.approx(0.01)] * 3]


async def test_what_waits_at_the_same_time_gets_one_place_each(seconds: Seconds) -> None:
    loop, began = asyncio.get_running_loop(), asyncio.get_running_loop().time()
    pace = Pace(200, monotonic=lambda: began)

    async def note() -> float:
        waited_s = await pace.place()
        assert loop.time() - began >= waited_s - 0.001
        return waited_s

    assert await asyncio.gather(*(note() for _ in range(5))) == pytest.approx([0, 0.005, 0.01, 0.015, 0.02])


async def test_places_that_were_not_used_are_not_saved_up(seconds: Seconds) -> None:
    pace = seconds.pace(100)
    await pace.place()
    seconds.now += 60
    assert [await pace.place() for _ in range(2)] == [0.0, pytest.approx(0.01)]


async def test_the_next_batch_comes_when_half_a_batch_is_left(seconds: Seconds) -> None:
    pace = seconds.pace(100, batch=10)
    pace.spend(10)
    await pace.ready()
    assert seconds.waits == [0.05]
    await pace.ready()
    assert seconds.waits == [0.05]


async def test_rows_that_need_no_sending_take_their_places_too(seconds: Seconds) -> None:
    pace = seconds.pace(100, batch=10)
    for _ in range(3):
        await pace.ready()
        pace.spend(10)
    assert seconds.now == pytest.approx(0.15)


async def test_alone_nobody_waits(seconds: Seconds) -> None:
    pace = seconds.pace(None)
    pace.spend(1000)
    await pace.ready()
    assert await pace.place() == 0.0
    assert seconds.waits == []


def test_beside_requests_a_batch_is_short() -> None:
    assert beside_requests().batch < Pace().batch
