"""Erases telephone numbers that were kept for an open alert after their patient left, once seven days are over."""

import asyncio
import logging
from datetime import datetime
from functools import partial

from homeplan.clock import Clock
from homeplan.contact.numbers.store import delete_overdue
from homeplan.context import operator_context
from homeplan.db import Database, Tx
from homeplan.worker_loop import run_rounds

IDLE_S = 600.0

log = logging.getLogger(__name__)


async def run(db: Database, clock: Clock, stop: asyncio.Event) -> None:
    """Erase what is due every ten minutes until `stop` is set."""

    async def step() -> bool:
        await db.write(partial(erase_overdue, clock.now()))
        return False

    await run_rounds(step, stop, idle_s=IDLE_S, log=log, task="erasing kept telephone numbers")


async def erase_overdue(now: datetime, tx: Tx) -> int:
    """Erase the kept numbers of all clinics that are due; returns how many there were."""
    return await delete_overdue(operator_context(tx, now))
