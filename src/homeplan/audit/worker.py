"""Seals audit events each second, on the engine whose writers do not; verifies all trails each night, and archives.

Any number of processes may run it.
"""

import asyncio
import logging
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from homeplan.audit.archiving import archive_all
from homeplan.audit.checks import verify_all
from homeplan.audit.seals import seal, seal_at_commit
from homeplan.clock import Clock
from homeplan.context import operator_context
from homeplan.db import Database
from homeplan.settings import Settings
from homeplan.worker_loop import run_rounds

log = logging.getLogger(__name__)

SEALING_S = 1.0
VERIFYING_S = 60.0
"""Between the looks at the clock."""
NIGHTLY_AT = time(8, tzinfo=UTC)
"""Midnight to four in the morning in the United States, where most clinics rest."""


async def run(settings: Settings, db: Database, clock: Clock, stop: asyncio.Event) -> None:
    """Seal and verify until `stop` is set; where the writer seals at each commit, only verify."""
    night = Night(settings, db, clock)
    verifying = run_rounds(night.step, stop, idle_s=VERIFYING_S, log=log, task="verifying the audit trail")
    if seal_at_commit(db, clock, settings):
        await verifying
        return

    async def step() -> bool:
        return await db.write(lambda tx: seal(operator_context(tx, clock.now(), settings=settings)))

    sealing = run_rounds(step, stop, idle_s=SEALING_S, log=log, task="sealing the audit trail")
    await asyncio.gather(sealing, verifying)


class Night:
    """Verifies, then archives, each night; a broken trail is logged as an error, by the clinic's id."""

    def __init__(self, settings: Settings, db: Database, clock: Clock):
        self._settings, self._db, self._clock = settings, db, clock
        self._next = next_night(clock.now())

    async def step(self) -> bool:
        """Verify when the night has come. One that failed is tried again in the next round."""
        now = self._clock.now()
        if now < self._next:
            return False
        for clinic_id, verdict in (await verify_all(self._db, self._clock, self._settings)).items():
            if verdict.broken_at is not None:
                log.error("audit trail of clinic %s: %s at event %d", clinic_id, verdict.reason, verdict.broken_at)
        if self._settings.archive_dir is not None:
            await self._archive(Path(self._settings.archive_dir), now)
        self._next = next_night(now)
        return False

    async def _archive(self, folder: Path, now: datetime) -> None:
        before = now - timedelta(self._settings.archive_after_days)
        moved, refused = await archive_all(self._db, self._clock, self._settings, folder, before)
        for sentence in refused:
            log.error("%s", sentence)
        if moved:
            log.info("moved %d audit events of %d clinics to the archive", sum(moved.values()), len(moved))


def next_night(now: datetime) -> datetime:
    """The first instant after `now` at which the trails are verified."""
    tonight = datetime.combine(now.astimezone(UTC).date(), NIGHTLY_AT)
    return tonight if tonight > now else tonight + timedelta(days=1)
