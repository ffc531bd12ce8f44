"""The ledger of reminders is kept for a time that the operator sets; what is older is deleted, a few rows at a time."""

import asyncio
import contextlib
import logging
from datetime import datetime, timedelta
from functools import partial

from homeplan.clock import Clock, to_ms
from homeplan.context import Context, operator_context
from homeplan.db import Database, Tx
from homeplan.push.pace import Pace
from homeplan.push.store import forget_deliveries

IDLE_S = 3600.0

FORGET_OCCURRENCES = """
WITH old AS (
  SELECT clinic_id, id FROM occurrences WHERE decided_at < :before ORDER BY decided_at LIMIT :most {skip_locked})
DELETE FROM occurrences WHERE (clinic_id, id) IN (SELECT clinic_id, id FROM old)"""

log = logging.getLogger(__name__)


async def forget(ctx: Context, before: datetime, most: int) -> int:
    """Delete up to `most` deliveries and up to `most` occurrences from before then; tells the larger number."""
    deliveries = await forget_deliveries(ctx, before, most)
    occurrences = await ctx.tx.execute(
        FORGET_OCCURRENCES.format(skip_locked=ctx.tx.skip_locked), before=to_ms(before), most=most
    )
    return max(deliveries, occurrences)


async def run(db: Database, clock: Clock, stop: asyncio.Event, keep: timedelta, *, pace: Pace) -> None:
    """Delete what is older than `keep`, a batch a transaction, and look again every hour, until `stop` is set."""
    while not stop.is_set():
        taken = 0
        try:
            now = clock.now()
            taken = await pace.write(db, partial(_forget, now, now - keep, pace.batch))
        except Exception as failed:  # the database is away or full: nothing is lost, the next round tries again
            log.error("deleting old reminders failed: %s", type(failed).__name__)
        if taken < pace.batch:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), IDLE_S)


async def _forget(now: datetime, before: datetime, most: int, tx: Tx) -> int:
    return await forget(operator_context(tx, now), before, most)
