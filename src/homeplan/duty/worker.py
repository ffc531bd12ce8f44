"""The check ahead: administrators are told when it becomes true that nobody on duty can be reached, not when needed."""

import asyncio
import logging
from datetime import datetime, timedelta

from homeplan.clock import Clock
from homeplan.context import Context, operator_context
from homeplan.db import Database
from homeplan.duty import store
from homeplan.duty.actions import check_ahead
from homeplan.errors import Unavailable
from homeplan.settings import Settings
from homeplan.worker_loop import run_rounds

BATCH = 20
"""Clinics read from the queue at a time; each is checked in its own transaction."""
IDLE_S = 10.0
AFTER_FAILURE = timedelta(hours=1)

log = logging.getLogger(__name__)


async def run(settings: Settings, db: Database, clock: Clock, stop: asyncio.Event) -> None:
    """Check the clinics that are due until `stop` is set."""

    async def step() -> bool:
        return await tick(settings, db, clock.now()) == BATCH

    await run_rounds(step, stop, idle_s=IDLE_S, log=log, task="checking duty ahead")


async def tick(settings: Settings, db: Database, now: datetime) -> int:
    """Check a batch of the clinics that are due at `now`; returns their number."""
    due = await db.read(lambda tx: store.waiting(operator_context(tx, now), BATCH))
    for clinic_id in due:
        await _check_or_put_off(settings, db, clinic_id, now)
    return len(due)


async def _check_or_put_off(settings: Settings, db: Database, clinic_id: str, now: datetime) -> None:
    """Check one clinic. A check that fails is logged and put off for an hour, so that the others go on."""
    try:
        await db.write(lambda tx: _check(operator_context(tx, now, clinic_id, settings)))
    except Unavailable:
        raise
    except Exception as failed:
        log.error("a check of duty failed and waits for an hour: %s", type(failed).__name__)
        await db.write(lambda tx: store.put_off(operator_context(tx, now, clinic_id), now + AFTER_FAILURE))


async def _check(ctx: Context) -> None:
    if await store.claim(ctx):
        await check_ahead(ctx)
