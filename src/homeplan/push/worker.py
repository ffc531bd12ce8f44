"""Delivers what is due: claim a batch, send it outside any transaction, write what became of it."""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from functools import partial

from homeplan.clock import Clock
from homeplan.db import Database, Tx
from homeplan.ids import new_id
from homeplan.push.attempts import Carrier, attempt, give_back, record
from homeplan.push.clockwatch import ClockWatch
from homeplan.push.model import Claimed
from homeplan.push.pace import Pace
from homeplan.push.store import Result, claim, is_due

BATCH = 100
MOST_IN_HAND = 400
"""Deliveries that one worker holds at once. More than a hanging service can keep, so that the others go on."""

IDLE_S = 1.0
GATHER_S = 0.05
"""Results of this long are written in one transaction. A crash repeats at most so much, under the same Topic."""

LAST_WORDS_S = 10.0

Recheck = Callable[[Tx, Sequence[Claimed], datetime], Awaitable[list[Claimed]]]
"""Looks at claimed deliveries once more, in the transaction that claims them: supersedes what is not wanted any more
and returns what to send. Whoever plans deliveries knows; push does not."""

log = logging.getLogger(__name__)


async def deliver_due(
    db: Database, carrier: Carrier, now: datetime, *, most: int = BATCH, recheck: Recheck | None = None
) -> Counter[str]:
    """Claim up to `most` due deliveries, send them, record them. Counts the states in which they end."""
    _, batch = await _claim(db, Pace(batch=most), now, recheck)
    results = await asyncio.gather(*(attempt(carrier, each, now) for each in batch))
    if results:
        await db.write(partial(record, results))
    return Counter(result.settled.status for result in results)


async def run(
    db: Database,
    carrier: Carrier,
    clock: Clock,
    stop: asyncio.Event,
    *,
    pace: Pace | None = None,
    watch: ClockWatch | None = None,
    recheck: Recheck | None = None,
) -> None:
    """Deliver until `stop` is set; then finish what is under way within 10 s or give its lease back."""
    pace, watch = pace or Pace(), watch or ClockWatch()
    hand = _Hand(db, carrier, pace)
    stopping = asyncio.create_task(stop.wait())
    try:
        while not stop.is_set():
            if len(hand) > MOST_IN_HAND - pace.batch:
                await hand.wait_for_one(stopping)
                continue
            taken, now = 0, clock.now()
            try:
                if not watch.holds(now, asyncio.get_running_loop().time()):
                    taken, batch = await _claim(db, pace, now, recheck)
                    hand.take(batch, now)
            except Exception as failed:  # the database is away or full: nothing is lost, the next round tries again
                log.error("claiming deliveries failed: %s", type(failed).__name__)
            if taken < pace.batch:
                await asyncio.wait([stopping], timeout=IDLE_S)
    finally:
        stopping.cancel()
        await hand.empty(within_s=LAST_WORDS_S if stop.is_set() else 0.0)


async def _claim(db: Database, pace: Pace, now: datetime, recheck: Recheck | None) -> tuple[int, list[Claimed]]:
    """How many were taken, and which of them are to be sent."""
    if not await db.read(lambda tx: is_due(tx, now)):
        return 0, []
    owner = new_id(now)

    async def work(tx: Tx) -> tuple[int, list[Claimed]]:
        claimed = await claim(tx, owner, now, pace.batch)
        wanted = claimed if recheck is None or not claimed else await recheck(tx, claimed, now)
        return len(claimed), wanted

    return await pace.write(db, work)


class _Hand:
    """The deliveries under way. Each is written down soon after it ends, whatever the others wait for."""

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
        for claimed in batch:
            task = asyncio.create_task(attempt(self._carrier, claimed, now))
            self._attempts[task] = claimed, now
            task.add_done_callback(self._end)

    async def wait_for_one(self, stopping: asyncio.Task[bool]) -> None:
        await asyncio.wait([stopping, *self._attempts], return_when=asyncio.FIRST_COMPLETED)

    async def empty(self, within_s: float) -> None:
        """Let the attempts end within that time, give back the others, and write all of it down."""
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
                    await self._pace.write(self._db, partial(record, part))
                except Exception as failed:  # their leases expire, and they are sent again under the same Topic
                    log.error("recording deliveries failed: %s", type(failed).__name__)
