"""Background work takes its share of the event loop and no more."""

import asyncio
import time

import pytest

from homeplan.db import Database, Tx
from homeplan.push.pace import Pace, beside_requests


async def busy(_: Tx) -> str:
    time.sleep(0.01)  # noqa: ASYNC251 - as a transaction on SQLite does, this keeps the event loop
    return "done"


async def test_after_its_work_it_rests_for_its_share(db: Database) -> None:
    pace = Pace(share=0.2)
    began = time.monotonic()
    assert await pace.write(db, busy) == "done"
    assert time.monotonic() - began >= 0.05


async def test_one_works_while_the_others_rest_whoever_asks(db: Database) -> None:
    pace = Pace(share=0.5)
    began = time.monotonic()
    await asyncio.gather(*(pace.write(db, busy) for _ in range(4)))
    assert time.monotonic() - began >= 0.08


async def test_somebody_elses_write_need_not_wait_for_the_rest(db: Database) -> None:
    pace = Pace(share=0.01)
    resting = asyncio.create_task(pace.write(db, busy))
    await asyncio.sleep(0.05)
    assert not resting.done()
    assert await asyncio.wait_for(db.write(busy), 0.5) == "done"
    resting.cancel()


async def test_what_fails_rests_too_and_lets_the_next_one_work(db: Database) -> None:
    async def fail(tx: Tx) -> None:
        await busy(tx)
        raise LookupError

    pace = Pace(share=0.5)
    began = time.monotonic()
    with pytest.raises(LookupError):
        await pace.write(db, fail)
    assert time.monotonic() - began >= 0.02
    assert await pace.write(db, busy) == "done"


async def test_alone_nobody_rests_or_queues(db: Database) -> None:
    began = time.monotonic()
    for _ in range(20):
        await Pace().write(db, _nothing)
    assert time.monotonic() - began < 1.0


async def _nothing(_: Tx) -> None:
    """Takes no time."""


def test_beside_requests_a_batch_is_short() -> None:
    assert beside_requests().batch < Pace().batch
