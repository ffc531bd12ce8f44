"""Delivers what is due: take a batch, send each delivery outside any transaction, record the outcomes."""

import asyncio
import logging
import random
import traceback
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Protocol

from msgspec import Struct

from homeplan.clock import Clock
from homeplan.context import Context, operator_context
from homeplan.db import Database, Tx
from homeplan.delivery.model import PUT_OFF_S, Claimed, Gone, Held, Outcome
from homeplan.delivery.outcomes import record
from homeplan.delivery.rules import settle
from homeplan.delivery.store import Result, claim, is_due
from homeplan.errors import Unavailable
from homeplan.ids import new_id
from homeplan.worker_loop import Pace, logged_failure, run_rounds

MOST_IN_FLIGHT = 400
"""Deliveries that one worker holds at once: more than a hanging service can hold up, so that the others go on."""

GATHER_S = 0.05
"""Results of this many seconds are recorded in one transaction. A crash repeats at most these, under the same topic."""

RECORD_TRIES = 10
RECORD_AGAIN_S = 1.0
"""While the database is away, results are recorded again after a second each time; then their leases expire."""

IDLE_S = 1.0
STOP_WITHIN_S = 10.0
TASK = "taking deliveries"

Batch = tuple[int, list[Claimed]]
"""Number of rows taken, and the deliveries that the worker now holds and must send."""

Recheck = Callable[[Context, Sequence[Claimed]], Awaitable[list[Claimed]]]
"""Checks claimed deliveries again, in the transaction that claims them: supersedes those that are no longer wanted and
returns those to send. The feature that plans deliveries implements it."""

log = logging.getLogger(__name__)


class Channel(Protocol):
    """A way to recipients; each has a folder beside this file, and its own type of address."""

    def validate(self, to: Any) -> object:
        """Check an address when it is registered and before each send. Raises Invalid."""
        ...

    def compose(self, claimed: Claimed, to: Any, now: datetime) -> Any:
        """The message for a claimed delivery, as `send` takes it."""
        ...

    async def send(self, message: Any, now: datetime) -> Outcome:
        """Send one message; it raises nothing."""
        ...


Channels = Mapping[str, Channel]
"""The open channels by name."""


class Source(Struct, frozen=True):
    """A source of deliveries, one batch per transaction."""

    is_due: Callable[[Context], Awaitable[bool]]
    """Whether there is anything to take. It writes nothing, since usually there is nothing."""
    take: Callable[[Context, int], Awaitable[Batch]]
    """Take up to `most` due deliveries."""


def unsent(recheck: Recheck | None = None) -> Source:
    """The ledger as a source: tests, retries, and deliveries that a crashed worker held."""

    async def take(ctx: Context, most: int) -> Batch:
        claimed = await claim(ctx, new_id(ctx.now), most)
        return len(claimed), claimed if recheck is None or not claimed else await recheck(ctx, claimed)

    return Source(is_due, take)


async def due(db: Database, now: datetime, *sources: Source) -> list[Source]:
    """The sources that have something due, from one transaction: the whole cost of an idle worker."""

    async def ask(tx: Tx) -> list[Source]:
        ctx = operator_context(tx, now)
        return [source for source in sources if await source.is_due(ctx)]

    return await db.read(ask)


async def deliver_due(
    db: Database, channels: Channels, now: datetime, source: Source | None = None, *, most: int = 100
) -> Counter[str]:
    """Take up to `most` deliveries, send and record them. Counts the states in which they end."""
    _, batch = await _take(db, source or unsent(), now, most)
    results = await asyncio.gather(*(attempt(channels, each, now) for each in batch))
    if results:
        await db.write(partial(_record, results, now))
    return Counter(result.settled.status for result in results)


async def run(
    db: Database,
    channels: Channels,
    clock: Clock,
    stop: asyncio.Event,
    *sources: Source,
    pace: Pace | None = None,
    hold: Callable[[datetime], Awaitable[bool]] | None = None,
) -> None:
    """Deliver until `stop` is set; then finish what is in flight within 10 s, or give its lease back.

    `hold` says before each batch whether to wait.
    """
    pace, sources = pace or Pace(), sources or (unsent(),)
    in_flight = _InFlight(db, channels, pace)
    stopping = asyncio.create_task(stop.wait())

    async def step() -> bool:
        if len(in_flight) > MOST_IN_FLIGHT - pace.batch:
            await in_flight.wait_for_one(stopping)
            return True
        await pace.ready()
        now, is_more = clock.now(), False
        if hold is not None and await hold(now):
            return False
        for source in await due(db, now, *sources):
            with logged_failure(log, TASK):  # one source must not hold up the other
                count, batch = await _take(db, source, now, pace.batch)
                pace.spend(count - len(batch))
                in_flight.take(batch, now)
                is_more |= count >= pace.batch
        return is_more

    try:
        await run_rounds(step, stop, idle_s=IDLE_S, log=log, task=TASK)
    finally:
        stopping.cancel()
        await in_flight.empty(within_s=STOP_WITHIN_S if stop.is_set() else 0.0)


async def attempt(channels: Channels, claimed: Claimed, now: datetime) -> Result:
    """Send a claimed delivery at `now`. Every error is returned as a result, never raised."""
    clock = asyncio.get_running_loop().time
    started = clock()
    if claimed.deadline_at <= now:
        return _result(claimed, Held(0.0, "late"), now, now)
    outcome: Outcome = Gone(410)
    try:
        if claimed.to is not None and claimed.channel not in channels:  # it was set up when this was planned
            outcome = Held(PUT_OFF_S, "not-set-up")
        elif claimed.to is not None:
            channel = channels[claimed.channel]
            outcome = await channel.send(channel.compose(claimed, claimed.to, now), now)
    except Exception as failed:
        # One that cannot be sent for a reason nobody thought of must neither stop nor spin the loop. The error's own
        # words stay out of the log: they might repeat an endpoint.
        where = traceback.extract_tb(failed.__traceback__)[-1]
        log.error("a delivery could not be sent: %s at %s:%s", type(failed).__name__, where.filename, where.lineno)
        outcome = Held(PUT_OFF_S, "broken")
    return _result(claimed, outcome, now, now + timedelta(seconds=clock() - started))


class _InFlight:
    """Claimed deliveries being sent. Each is recorded soon after it ends, without waiting for the others."""

    def __init__(self, db: Database, channels: Channels, pace: Pace):
        self._db = db
        self._channels = channels
        self._pace = pace
        self._attempts: dict[asyncio.Task[Result], tuple[Claimed, datetime]] = {}
        self._ended: list[Result] = []
        self._writer: asyncio.Task[None] | None = None

    def __len__(self) -> int:
        return len(self._attempts)

    def take(self, batch: Sequence[Claimed], now: datetime) -> None:
        """Send what was claimed at `now`, at this worker's pace."""
        for claimed in batch:
            task = asyncio.create_task(self._attempt(claimed, now))
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

    async def _attempt(self, claimed: Claimed, now: datetime) -> Result:
        waited_s = await self._pace.place()
        return await attempt(self._channels, claimed, now + timedelta(seconds=waited_s))

    def _end(self, task: asyncio.Task[Result]) -> None:
        claimed, now = self._attempts.pop(task)
        given_back = Held(0.0, "stopped")
        self._ended.append(_result(claimed, given_back, now, now) if task.cancelled() else task.result())
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write())

    async def _write(self) -> None:
        while self._ended:
            await asyncio.sleep(GATHER_S)
            results, self._ended = self._ended, []
            for first in range(0, len(results), self._pace.batch):
                await self._write_part(results[first : first + self._pace.batch])

    async def _write_part(self, part: list[Result]) -> None:
        for number in range(1, RECORD_TRIES + 1):
            try:
                await self._db.write(partial(_record, part, part[-1].at))
                return
            except Exception as failed:
                if number == RECORD_TRIES or not isinstance(failed, Unavailable):
                    # Their leases expire, and they are sent again under the same topic.
                    log.error("recording deliveries failed: %s", type(failed).__name__)
                    return
            await asyncio.sleep(RECORD_AGAIN_S)


async def _take(db: Database, source: Source, now: datetime, most: int) -> Batch:
    return await db.write(lambda tx: source.take(operator_context(tx, now), most))


async def _record(results: Sequence[Result], now: datetime, tx: Tx) -> None:
    await record(operator_context(tx, now), results)


def _result(claimed: Claimed, outcome: Outcome, began: datetime, at: datetime) -> Result:
    settled = settle(
        outcome,
        at=at,
        attempts=claimed.attempts,
        deadline=claimed.deadline_at,
        urgent=claimed.urgent,
        spread=random.uniform(-1, 1),  # noqa: S311 - spreads load, guards nothing
    )
    return Result(claimed, outcome, settled, began, at)
