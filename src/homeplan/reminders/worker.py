"""The reminder worker: what is due goes from the queue to the ledger, and from the ledger to the phones."""

import asyncio
import contextlib
import logging
from collections import Counter
from datetime import datetime
from functools import partial

from homeplan.clock import Clock
from homeplan.db import Database
from homeplan.push import worker as push_worker
from homeplan.push.attempts import Carrier
from homeplan.push.clockwatch import ClockWatch
from homeplan.push.pace import Pace
from homeplan.reminders import queue
from homeplan.reminders.claims import claim_due, recheck
from homeplan.reminders.incidents import Incident, add

IDLE_S = 1.0

log = logging.getLogger(__name__)


async def tick(db: Database, push: Carrier, now: datetime) -> Counter[str]:
    """One step of the worker at `now`: plan all that is due, then send one batch. Counts how deliveries ended."""
    await plan_due(db, now)
    return await push_worker.deliver_due(db, push, now, recheck=recheck)


async def run(db: Database, push: Carrier, clock: Clock, stop: asyncio.Event, *, pace: Pace | None = None) -> None:
    """Plan and send until `stop` is set; then finish what is under way within 10 s."""
    pace, watch = pace or Pace(), ClockWatch()
    sending = push_worker.run(db, push, clock, stop, pace=pace, watch=watch, recheck=recheck)
    await asyncio.gather(plan_until(db, clock, stop, watch, pace), sending)


async def plan_until(
    db: Database, clock: Clock, stop: asyncio.Event, watch: ClockWatch, pace: Pace | None = None
) -> None:
    """Plan what is due until `stop` is set. Sending runs beside it: a hanging push service delays no planning."""
    steps = 0
    while not stop.is_set():
        now = clock.now()
        try:
            if not watch.holds(now, asyncio.get_running_loop().time()):
                await plan_due(db, now, pace)
            elif watch.steps > steps:
                log.error("the clock was set by more than two minutes; reminders wait for two minutes")
                await db.write(partial(add, incident=Incident.CLOCK_SET, times=watch.steps - steps))
                steps = watch.steps
        except Exception as failed:  # the database is away or full: nothing is lost, the next round tries again
            log.error("planning reminders failed: %s", type(failed).__name__)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), IDLE_S)


async def plan_due(db: Database, now: datetime, pace: Pace | None = None) -> int:
    """Decide all that has come up, a batch a transaction, so that other writes get their turn. Tells how many."""
    if not await db.read(lambda tx: queue.is_due(tx, now)):
        return 0
    pace, total = pace or Pace(), 0
    while True:
        taken = await pace.write(db, lambda tx: claim_due(tx, now, pace.batch))
        total += taken
        if taken < pace.batch:
            return total
