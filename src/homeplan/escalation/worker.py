"""The escalation worker: every open alert that is due is decided and its notices are planned, one transaction each.

A process that is killed loses nothing: the row stays due until the transaction that plans its notices commits.
"""

import asyncio
import logging
from datetime import datetime, timedelta

from homeplan.clock import Clock
from homeplan.context import Context, operator_context
from homeplan.db import Database
from homeplan.errors import Unavailable
from homeplan.escalation import store
from homeplan.escalation.actions import advance
from homeplan.settings import Settings
from homeplan.worker_loop import run_rounds

BATCH = 48
"""Alerts read from the queue at a time."""
AT_ONCE = 4
"""Alerts decided at a time, each in its own transaction. On SQLite they share a commit."""
IDLE_S = 2.0
"""A critical alert is told within 60 s: this, a transaction and the channel's delivery."""
AFTER_FAILURE = timedelta(minutes=1)

log = logging.getLogger(__name__)


async def run(settings: Settings, db: Database, clock: Clock, stop: asyncio.Event) -> None:
    """Escalate what is due until `stop` is set."""

    async def step() -> bool:
        return await tick(settings, db, clock.now()) == BATCH

    await run_rounds(step, stop, idle_s=IDLE_S, log=log, task="escalating alerts")


async def tick(settings: Settings, db: Database, now: datetime) -> int:
    """Decide a batch of the alerts that are due at `now`; returns their number."""
    due = await db.read(lambda tx: store.waiting(operator_context(tx, now), BATCH))
    for at in range(0, len(due), AT_ONCE):
        group = due[at : at + AT_ONCE]
        await asyncio.gather(*(_advance_or_put_off(settings, db, clinic, alert, now) for clinic, alert in group))
    return len(due)


async def _advance_or_put_off(settings: Settings, db: Database, clinic_id: str, alert_id: str, now: datetime) -> None:
    """Decide one alert. A decision that fails is logged and tried again after a minute, so that the others go on."""
    try:
        await db.write(lambda tx: _advance(operator_context(tx, now, clinic_id, settings), alert_id))
    except Unavailable:
        raise
    except Exception as failed:
        log.error("an escalation failed and is tried again in a minute: %s", type(failed).__name__)
        await db.write(lambda tx: store.put_off(operator_context(tx, now, clinic_id), alert_id, now + AFTER_FAILURE))


async def _advance(ctx: Context, alert_id: str) -> None:
    standing = await store.claim(ctx, alert_id)
    if standing is not None:
        await advance(ctx, standing)
