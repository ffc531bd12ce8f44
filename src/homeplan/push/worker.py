"""Delivers what is due: take a batch, send it outside any transaction, write what became of it."""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from msgspec import Struct

from homeplan.clock import Clock
from homeplan.context import Context, operator_context
from homeplan.db import Database, Tx
from homeplan.ids import new_id
from homeplan.push.attempts import Carrier, attempt, record
from homeplan.push.hand import Hand
from homeplan.push.model import Claimed
from homeplan.push.pace import Pace
from homeplan.push.store import claim, is_due

MOST_IN_HAND = 400
"""Deliveries that one worker holds at once. More than a hanging service can keep, so that the others go on."""

IDLE_S = 1.0
LAST_WORDS_S = 10.0

Taken = tuple[int, list[Claimed]]
"""How many were taken, and which deliveries the worker now holds and is to send."""

Recheck = Callable[[Context, Sequence[Claimed]], Awaitable[list[Claimed]]]
"""Looks at claimed deliveries once more, in the transaction that claims them: supersedes what is not wanted any more
and returns what to send. Whoever plans deliveries knows; push does not."""

log = logging.getLogger(__name__)


class Source(Struct, frozen=True):
    """Where deliveries come from, a batch a transaction."""

    is_due: Callable[[Context], Awaitable[bool]]
    """A look that writes nothing, for the many times at which there is nothing."""
    take: Callable[[Context, int], Awaitable[Taken]]
    """Up to so many of what is due."""


def unsent(recheck: Recheck | None = None) -> Source:
    """The ledger: test pushes, what is to be tried again, and what a worker had in hand that died."""

    async def take(ctx: Context, most: int) -> Taken:
        claimed = await claim(ctx, new_id(ctx.now), most)
        return len(claimed), claimed if recheck is None or not claimed else await recheck(ctx, claimed)

    return Source(is_due, take)


async def due(db: Database, now: datetime, *sources: Source) -> list[Source]:
    """The sources that have something. One transaction: it is all that an idle worker costs the database."""

    async def ask(tx: Tx) -> list[Source]:
        ctx = operator_context(tx, now)
        return [source for source in sources if await source.is_due(ctx)]

    return await db.read(ask)


async def deliver_due(
    db: Database, carrier: Carrier, now: datetime, source: Source | None = None, *, most: int = 100
) -> Counter[str]:
    """Take up to `most`, send them, record them. Counts the states in which they end."""
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
    """Deliver until `stop` is set; then finish what is under way within 10 s or give its lease back.

    `hold` is asked before each batch whether to wait.
    """
    pace, sources = pace or Pace(), sources or (unsent(),)
    hand = Hand(db, carrier, pace)
    stopping = asyncio.create_task(stop.wait())
    try:
        while not stop.is_set():
            if len(hand) > MOST_IN_HAND - pace.batch:
                await hand.wait_for_one(stopping)
                continue
            more, now, ready = False, clock.now(), list[Source]()
            with _tried_again():
                if hold is None or not await hold(now):
                    ready = await due(db, now, *sources)
            for source in ready:
                with _tried_again():
                    taken, batch = await _take(db, source, now, pace)
                    hand.take(batch, now)
                    more |= taken >= pace.batch
            if not more:
                await asyncio.wait([stopping], timeout=IDLE_S)
    finally:
        stopping.cancel()
        await hand.empty(within_s=LAST_WORDS_S if stop.is_set() else 0.0)


async def _take(db: Database, source: Source, now: datetime, pace: Pace) -> Taken:
    return await pace.write(db, lambda tx: source.take(operator_context(tx, now), pace.batch))


@contextmanager
def _tried_again() -> Iterator[None]:
    """The database is away or full: nothing is lost, the next round tries again."""
    try:
        yield
    except Exception as failed:
        log.error("taking deliveries failed: %s", type(failed).__name__)
