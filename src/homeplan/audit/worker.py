"""Seals audit events each second, on the engine whose writers do not. Any number of processes may run it."""

import asyncio
import logging

from homeplan.audit.seals import seal, seal_at_commit
from homeplan.clock import Clock
from homeplan.context import operator_context
from homeplan.db import Database
from homeplan.settings import Settings
from homeplan.worker_loop import run_rounds

log = logging.getLogger(__name__)

ROUND_S = 1.0


async def run(settings: Settings, db: Database, clock: Clock, stop: asyncio.Event) -> None:
    """Seal until `stop` is set; where the writer seals at each commit, there is nothing more to do."""
    if seal_at_commit(db, clock, settings):
        return

    async def step() -> bool:
        return await db.write(lambda tx: seal(operator_context(tx, clock.now(), settings=settings)))

    await run_rounds(step, stop, idle_s=ROUND_S, log=log, task="sealing the audit trail")
