"""Delivers what is due: take a batch, send it outside any transaction, record the outcomes."""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from msgspec import Struct

from homeplan.clock import Clock
from homeplan.context import Context, operator_context
from homeplan.db import Database, Tx
from homeplan.delivery.attempts import Carrier, attempt, record
from homeplan.delivery.in_flight import InFlight
from homeplan.delivery.model import Claimed
from homeplan.delivery.pace import Pace
from homeplan.delivery.store import claim, is_due
from homeplan.ids import new_id
from homeplan.worker_loop import logged_failure, run_rounds

MOST_IN_FLIGHT = 400
"""Deliveries that one worker holds at once: more than a hanging service can hold up, so that the others go on."""

IDLE_S = 1.0
STOP_WITHIN_S = 10.0
TASK = "taking deliveries"

Batch = tuple[int, list[Claimed]]
"""Number of rows taken, and the deliveries that the worker now holds and must send."""

Recheck = Callable[[Context, Sequence[Claimed]], Awaitable[list[Claimed]]]
"""Checks claimed deliveries again, in the transaction that claims them: supersedes those that are no longer wanted and
returns those to send. The feature that plans deliveries implements it."""

log = logging.getLogger(__name__)


class Source(Struct, frozen=True):
    """A source of deliveries, one batch per transaction."""

    is_due: Callable[[Context], Awaitable[bool]]
    """Whether there is anything to take. It writes nothing, since usually there is nothing."""
    take: Callable[[Context, int], Awaitable[Batch]]
    """Take up to `most` due deliveries."""


def unsent(recheck: Recheck | None = None) -> Source:
    """The ledger as a source: test pushes, retries, and deliveries that a crashed worker held."""

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
    db: Database, carrier: Carrier, now: datetime, source: Source | None = None, *, most: int = 100
) -> Counter[str]:
    """Take up to `most` deliveries, send and record them. Counts the states in which they end."""
    _, batch = await _take(db, source or unsent(), now, Pace(batch=most))
    results = await asyncio.gather(*(attempt(carrier, each, now) for each in batch))
    if results:
        await db.write(lambda tx: record(operator_context(tx, now), results))
    return Counter(result.settled.status for result in results)


async def run(
    db: Database,
    carrier: Carrier,
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
    in_flight = InFlight(db, carrier, pace)
    stopping = asyncio.create_task(stop.wait())

    async def step() -> bool:
        if len(in_flight) > MOST_IN_FLIGHT - pace.batch:
            await in_flight.wait_for_one(stopping)
            return True
        now, is_more = clock.now(), False
        if hold is not None and await hold(now):
            return False
        for source in await due(db, now, *sources):
            with logged_failure(log, TASK):  # one source must not hold up the other
                count, batch = await _take(db, source, now, pace)
                in_flight.take(batch, now)
                is_more |= count >= pace.batch
        return is_more

    try:
        await run_rounds(step, stop, idle_s=IDLE_S, log=log, task=TASK)
    finally:
        stopping.cancel()
        await in_flight.empty(within_s=STOP_WITHIN_S if stop.is_set() else 0.0)


async def _take(db: Database, source: Source, now: datetime, pace: Pace) -> Batch:
    return await pace.write(db, lambda tx: source.take(operator_context(tx, now), pace.batch))
