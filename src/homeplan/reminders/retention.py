"""Deletes reminders' occurrences and deliveries after the time that the operator sets, a few rows at a time."""

import asyncio
import logging
from datetime import datetime, timedelta
from functools import partial

from homeplan.clock import Clock
from homeplan.context import Context, operator_context
from homeplan.db import Database, Tx
from homeplan.delivery.store import forget_deliveries
from homeplan.reminders.store import occurrences
from homeplan.worker_loop import Pace, run_rounds

IDLE_S = 3600.0

log = logging.getLogger(__name__)


async def run(db: Database, clock: Clock, stop: asyncio.Event, keep: timedelta, *, pace: Pace) -> None:
    """Delete what is older than `keep`, one batch per transaction, every hour until `stop` is set."""

    async def step() -> bool:
        await pace.ready()
        now = clock.now()
        deleted = await db.write(partial(_delete_batch, now, now - keep, pace.batch))
        pace.spend(deleted)
        return deleted >= pace.batch

    await run_rounds(step, stop, idle_s=IDLE_S, log=log, task="deleting old reminders")


async def delete_old(ctx: Context, before: datetime, most: int) -> int:
    """Delete up to `most` deliveries and up to `most` occurrences from before then; returns the larger number."""
    deliveries = await forget_deliveries(ctx, before, most)
    return max(deliveries, await occurrences.delete_old(ctx, before, most))


async def _delete_batch(now: datetime, before: datetime, most: int, tx: Tx) -> int:
    return await delete_old(operator_context(tx, now), before, most)
