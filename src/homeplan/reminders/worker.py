"""The reminder worker: it decides and sends due reminders, and checks and sends failed deliveries again."""

import asyncio
import logging
from collections import Counter
from datetime import datetime

from homeplan.clock import Clock
from homeplan.context import operator_context
from homeplan.db import Database
from homeplan.delivery import worker as deliveries
from homeplan.delivery.incidents import Incident, add
from homeplan.delivery.worker import Channels
from homeplan.reminders.claims import claim_due, recheck
from homeplan.reminders.store import queue
from homeplan.worker_loop import Pace

DUE = deliveries.Source(queue.is_due, claim_due)
UNSENT = deliveries.unsent(recheck)

log = logging.getLogger(__name__)


async def tick(db: Database, channels: Channels, now: datetime) -> Counter[str]:
    """One step at `now`: everything due, then a batch of unsent deliveries. Counts how deliveries ended."""
    ended: Counter[str] = Counter()
    while DUE in (ready := await deliveries.due(db, now, DUE, UNSENT)):
        ended += await deliveries.deliver_due(db, channels, now, DUE)
    return ended + await deliveries.deliver_due(db, channels, now, UNSENT) if UNSENT in ready else ended


async def run(db: Database, channels: Channels, clock: Clock, stop: asyncio.Event, *, pace: Pace | None = None) -> None:
    """Decide and send until `stop` is set; then finish within 10 s."""
    await deliveries.run(db, channels, clock, stop, DUE, UNSENT, pace=pace, hold=_Hold(db))


LARGEST_STEP_S = 120.0
HOLD_S = 120.0


class ClockWatch:
    """Compares the wall clock with a monotonic one; a step of over two minutes either way holds sending for two."""

    def __init__(self) -> None:
        self.steps = 0
        """Number of steps of the clock since the start."""
        self._offset: float | None = None
        self._held_until = 0.0

    def holds(self, wall: datetime, monotonic: float) -> bool:
        """Whether sending is held now. `monotonic` in seconds."""
        offset = wall.timestamp() - monotonic
        if self._offset is not None and abs(offset - self._offset) > LARGEST_STEP_S:
            self.steps += 1
            self._held_until = monotonic + HOLD_S
        self._offset = offset
        return monotonic < self._held_until


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
