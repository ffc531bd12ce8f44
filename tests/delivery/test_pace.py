"""Background work takes its share of the event loop and no more."""

import asyncio
from typing import Any, cast

import pytest

from homeplan.db import Database, Tx
from homeplan.delivery.pace import Pace, beside_requests
from tests.waiting import LIMIT_S, turn, until


class Seconds:
    """A time that passes only while somebody works or rests, and what it was spent on."""

    def __init__(self) -> None:
        self.now = 0.0
        self.spent: list[tuple[str, float]] = []
        self.may_pass = asyncio.Event()
        self.may_pass.set()

    async def work(self, _: Tx) -> str:
        """A hundredth of a second, which on SQLite keeps the event loop."""
        self._pass("work", 0.01)
        return "done"

    async def rest(self, seconds: float) -> None:
        await self.may_pass.wait()
        self._pass("rest", seconds)

    def pace(self, share: float) -> Pace:
        return Pace(share, monotonic=lambda: self.now, sleep=self.rest)

    def _pass(self, on: str, seconds: float) -> None:
        self.now += seconds
        self.spent.append((on, round(seconds, 6)))


@pytest.fixture
async def seconds() -> Seconds:
    return Seconds()


async def test_after_its_work_it_rests_for_its_share(db: Database, seconds: Seconds) -> None:
    assert await seconds.pace(0.2).write(db, seconds.work) == "done"
    assert seconds.spent == [("work", 0.01), ("rest", 0.04)]


async def test_only_one_caller_works_while_the_others_rest(db: Database, seconds: Seconds) -> None:
    pace = seconds.pace(0.5)
    await asyncio.gather(*(pace.write(db, seconds.work) for _ in range(4)))
    assert seconds.spent == [("work", 0.01), ("rest", 0.01)] * 4


async def test_somebody_elses_write_need_not_wait_for_the_rest(db: Database, seconds: Seconds) -> None:
    seconds.may_pass.clear()
    resting = asyncio.create_task(seconds.pace(0.01).write(db, seconds.work))
    await until(lambda: seconds.spent != [])
    assert await asyncio.wait_for(db.write(seconds.work), LIMIT_S) == "done"
    assert not resting.done()
    seconds.may_pass.set()
    await resting


async def test_what_fails_rests_too_and_lets_the_next_one_work(db: Database, seconds: Seconds) -> None:
    async def fail(tx: Tx) -> None:
        await seconds.work(tx)
        raise LookupError

    pace = seconds.pace(0.5)
    with pytest.raises(LookupError):
        await pace.write(db, fail)
    assert seconds.spent == [("work", 0.01), ("rest", 0.01)]
    assert await pace.write(db, seconds.work) == "done"


async def test_alone_nobody_rests_or_queues(db: Database, seconds: Seconds) -> None:
    pace = seconds.pace(1.0)
    busy = asyncio.create_task(pace.write(cast(Database, Busy()), seconds.work))
    await turn()
    await asyncio.wait_for(asyncio.gather(*(pace.write(db, seconds.work) for _ in range(4))), LIMIT_S)
    assert seconds.spent == [("work", 0.01)] * 4
    busy.cancel()


class Busy:
    """A database that never gets to a write."""

    async def write(self, _: Any) -> None:
        await asyncio.Event().wait()


def test_beside_requests_a_batch_is_short() -> None:
    assert beside_requests().batch < Pace().batch
