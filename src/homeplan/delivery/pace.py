"""The share of the event loop that reminders may use, so that a burst does not delay patients' requests."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from homeplan.db import Database, Tx
from homeplan.db.base import Work

T = TypeVar("T")


class Pace:
    """Writes one after the other, each followed by a rest, so that together they take their share of the time.

    On SQLite a transaction runs on the event loop, so it is also what a request may have to wait for: `batch` rows.
    """

    def __init__(
        self,
        share: float = 1.0,
        batch: int = 100,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ):
        """`share` of the time from above 0 to 1; 1 is as fast as possible."""
        self.batch = batch
        self._rest = 1 / share - 1
        self._turn = asyncio.Lock()
        self._monotonic = monotonic
        self._sleep = sleep

    async def write(self, db: Database, work: Work[T]) -> T:
        """Like `db.write`, but in this transaction's turn."""
        if not self._rest:
            return await db.write(work)
        worked = 0.0

        async def timed(tx: Tx) -> T:
            nonlocal worked
            began = self._monotonic()
            try:
                return await work(tx)
            finally:
                worked = self._monotonic() - began

        async with self._turn:
            try:
                return await db.write(timed)
            finally:
                await self._sleep(worked * self._rest)


def beside_requests() -> Pace:
    """Inside the app; alone, nobody needs any. Measured in docs/performance.md."""
    return Pace(share=0.25, batch=10)
