"""The reminder worker: it decides and sends due reminders, and checks and sends failed deliveries again."""

import asyncio
import logging
from collections import Counter
from datetime import datetime

from homeplan.clock import Clock
from homeplan.context import operator_context
from homeplan.db import Database
from homeplan.delivery import worker as deliveries
from homeplan.delivery.attempts import Carrier
from homeplan.delivery.clockwatch import ClockWatch
from homeplan.delivery.incidents import Incident, add
from homeplan.delivery.pace import Pace
from homeplan.reminders.claims import claim_due, recheck
from homeplan.reminders.store import queue

DUE = deliveries.Source(queue.is_due, claim_due)
UNSENT = deliveries.unsent(recheck)

log = logging.getLogger(__name__)


async def tick(db: Database, push: Carrier, now: datetime) -> Counter[str]:
    """One step at `now`: everything due, then a batch of unsent deliveries. Counts how deliveries ended."""
    ended: Counter[str] = Counter()
    while DUE in (ready := await deliveries.due(db, now, DUE, UNSENT)):
        ended += await deliveries.deliver_due(db, push, now, DUE)
    return ended + await deliveries.deliver_due(db, push, now, UNSENT) if UNSENT in ready else ended


async def run(db: Database, push: Carrier, clock: Clock, stop: asyncio.Event, *, pace: Pace | None = None) -> None:
    """Decide and send until `stop` is set; then finish within 10 s."""
    await deliveries.run(db, push, clock, stop, DUE, UNSENT, pace=pace, hold=_Hold(db))


class _Hold:
    """Holds sending for two minutes after the machine's clock was set, and logs it."""

    def __init__(self, db: Database):
        self._db = db
        self._watch = ClockWatch()
        self._reported = 0

    async def __call__(self, now: datetime) -> bool:
        holds = self._watch.holds(now, asyncio.get_running_loop().time())
        if self._watch.steps > self._reported:
            log.error("the clock was set by more than two minutes; reminders wait for two minutes")
            steps = self._watch.steps - self._reported
            await self._db.write(lambda tx: add(operator_context(tx, now), Incident.CLOCK_SET, steps))
            self._reported = self._watch.steps
        return holds
