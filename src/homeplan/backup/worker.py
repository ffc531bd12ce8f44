"""Makes scheduled backups of a SQLite database, and deletes those that expired."""

import asyncio
import logging
from datetime import datetime, timedelta
from pathlib import Path

from homeplan.backup import copies
from homeplan.backup.model import BadBackup
from homeplan.backup.rules import next_due
from homeplan.backup.store import last_backup, note_backup
from homeplan.clock import Clock
from homeplan.context import operator_context
from homeplan.db import Database
from homeplan.settings import Settings
from homeplan.worker_loop import run_rounds

log = logging.getLogger(__name__)

LOOK_S = 60.0
RETRY = timedelta(minutes=15)
"""After a backup that failed; a copy takes as much room as the database."""


async def back_up(db: Database, folder: Path, now: datetime, settings: Settings) -> Path:
    """Make a backup in the folder and note its time. Raises as `copies.make` does."""
    made = await copies.make(db, folder, now, settings.backup_public_key)
    await db.write(lambda tx: note_backup(operator_context(tx, now)))
    return made


async def run(settings: Settings, db: Database, clock: Clock, stop: asyncio.Event) -> None:
    """Back up until `stop` is set; without a folder nothing is done."""
    if settings.backup_dir is None:
        log.warning("the database is not backed up: no HOMEPLAN_BACKUP_DIR is set")
        return
    schedule = Schedule(settings, Path(settings.backup_dir), db, clock)
    await run_rounds(schedule.step, stop, idle_s=LOOK_S, log=log, task="backing up")


class Schedule:
    """The backups that are due; one that failed is tried again after a while."""

    def __init__(self, settings: Settings, folder: Path, db: Database, clock: Clock):
        self._settings, self._folder, self._db, self._clock = settings, folder, db, clock
        self._not_before: datetime | None = None

    async def step(self) -> bool:
        """Back up when it is due."""
        now = self._clock.now()
        if self._not_before is not None and now < self._not_before:
            return False
        last = await self._db.read(lambda tx: last_backup(operator_context(tx, now)))
        if now < next_due(last, timedelta(hours=self._settings.backup_hours), now):
            return False
        self._not_before = now + RETRY
        try:
            await back_up(self._db, self._folder, now, self._settings)
            for name in await asyncio.to_thread(copies.drop_expired, self._folder, now, self._settings.backup_days):
                log.info("deleted the backup %s, which is older than %d days", name, self._settings.backup_days)
        except (BadBackup, OSError) as failed:
            log.error("the backup failed: %s", failed)
        else:
            self._not_before = None
        return False
