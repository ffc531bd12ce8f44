"""Tells the database every 15 s that the workers of this process live, and checks the SQLite file each night."""

import asyncio
import logging
import time
from datetime import timedelta

from homeplan.audit.worker import next_night
from homeplan.clock import Clock
from homeplan.context import operator_context
from homeplan.db import Database, Tx
from homeplan.delivery.transmissions import give_back, take_transmissions
from homeplan.ids import new_id
from homeplan.metrics.store import forget_lost_workers, forget_worker, read_heartbeat, write_beat, write_check
from homeplan.worker_loop import TASKS, logged_failure, run_rounds

BEAT_S = 15.0
CHECKING_S = 60.0
"""Between the looks at the clock."""

log = logging.getLogger(__name__)


async def run(db: Database, clock: Clock, stop: asyncio.Event) -> None:
    """Beat and check until `stop` is set; then tell the last counts and leave."""
    heart, night = Heart(db, clock), Night(db, clock)
    await asyncio.gather(
        run_rounds(heart.step, stop, idle_s=BEAT_S, log=log, task="telling that the workers live"),
        run_rounds(night.step, stop, idle_s=CHECKING_S, log=log, task="checking the database file"),
    )
    with logged_failure(log, "telling that the workers end"):
        await heart.end()


class Heart:
    """The heartbeat of this process."""

    def __init__(self, db: Database, clock: Clock):
        self._db, self._clock = db, clock
        self._process_id = new_id(clock.now())

    async def step(self) -> bool:
        """Beat once. Counts that the database could not take are told in the next beat."""
        await self._write(leaves=False)
        return False

    async def end(self) -> None:
        """Tell the last counts; this process is no longer told of."""
        await self._write(leaves=True)

    async def _write(self, *, leaves: bool) -> None:
        now, monotonic = self._clock.now(), time.monotonic()
        succeeded = {task: now - timedelta(seconds=monotonic - at) for task, at in TASKS.succeeded.items()}
        failed, transmissions = TASKS.take_failed(), take_transmissions()

        async def beat(tx: Tx) -> None:
            ctx = operator_context(tx, now)
            await write_beat(ctx, self._process_id, succeeded, failed, transmissions)
            await forget_lost_workers(ctx)
            if leaves:
                await forget_worker(ctx, self._process_id)

        try:
            await self._db.write(beat)
        except BaseException:
            TASKS.failed.update(failed)
            give_back(transmissions)
            raise


class Night:
    """The check of the whole SQLite file at the hour of the audit trail's; one that was missed is made up for."""

    def __init__(self, db: Database, clock: Clock):
        self._db, self._clock = db, clock
        self._started, self._looked = clock.now(), clock.now()

    async def step(self) -> bool:
        """Check once after each night. Damage is an error in the log and in /metrics."""
        now = self._clock.now()
        last_night = next_night(now) - timedelta(days=1)
        if self._looked != last_night:
            heartbeat = await self._db.read(lambda tx: read_heartbeat(operator_context(tx, now)))
            if (heartbeat.check.at if heartbeat.check else self._started) < last_night:
                await self._check()
            self._looked = last_night
        return False

    async def _check(self) -> None:
        faults = await self._db.quick_check()
        if faults:
            log.critical("the database file is damaged: %s (faults: %d)", faults[0], len(faults))
        now = self._clock.now()
        await self._db.write(lambda tx: write_check(operator_context(tx, now), None if faults is None else len(faults)))
