"""The deliveries that a worker has claimed and not yet recorded."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime
from functools import partial

from homeplan.context import operator_context
from homeplan.db import Database, Tx
from homeplan.delivery.attempts import Carrier, attempt, give_back, record
from homeplan.delivery.model import Claimed
from homeplan.delivery.pace import Pace
from homeplan.delivery.store import Result

GATHER_S = 0.05
"""Results of this many seconds are recorded in one transaction. A crash repeats at most these, under the same Topic."""

log = logging.getLogger(__name__)


class InFlight:
    """Claimed deliveries being sent. Each is recorded soon after it ends, without waiting for the others."""

    def __init__(self, db: Database, carrier: Carrier, pace: Pace):
        self._db = db
        self._carrier = carrier
        self._pace = pace
        self._attempts: dict[asyncio.Task[Result], tuple[Claimed, datetime]] = {}
        self._ended: list[Result] = []
        self._writer: asyncio.Task[None] | None = None

    def __len__(self) -> int:
        return len(self._attempts)

    def take(self, batch: Sequence[Claimed], now: datetime) -> None:
        """Send what was claimed at `now`."""
        for claimed in batch:
            task = asyncio.create_task(attempt(self._carrier, claimed, now))
            self._attempts[task] = claimed, now
            task.add_done_callback(self._end)

    async def wait_for_one(self, stopping: asyncio.Task[bool]) -> None:
        """Wait until one of them ends, or the worker is stopped."""
        await asyncio.wait([stopping, *self._attempts], return_when=asyncio.FIRST_COMPLETED)

    async def empty(self, within_s: float) -> None:
        """Wait up to `within_s` seconds for the attempts to end, give back the others, and record all of them."""
        if self._attempts:
            await asyncio.wait([*self._attempts], timeout=within_s)
        for task in [*self._attempts]:
            task.cancel()
        if self._attempts:
            await asyncio.wait([*self._attempts])
        if self._writer is not None:
            await self._writer

    def _end(self, task: asyncio.Task[Result]) -> None:
        claimed, now = self._attempts.pop(task)
        self._ended.append(give_back(claimed, now) if task.cancelled() else task.result())
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write())

    async def _write(self) -> None:
        while self._ended:
            await asyncio.sleep(GATHER_S)
            results, self._ended = self._ended, []
            for first in range(0, len(results), self._pace.batch):
                part = results[first : first + self._pace.batch]
                try:
                    await self._pace.write(self._db, partial(_record, part))
                except Exception as failed:  # their leases expire, and they are sent again under the same Topic
                    log.error("recording deliveries failed: %s", type(failed).__name__)


async def _record(results: Sequence[Result], tx: Tx) -> None:
    await record(operator_context(tx, results[-1].at), results)
