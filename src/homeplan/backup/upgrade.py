"""Brings a database to the schema of this version, after a verified backup of one that has an older schema.

The backup is named in the database until the last migration is applied. A process that is killed in between goes on at
the next start, without a second backup of a schema that no version has.
"""

import asyncio
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from homeplan.backup import copies
from homeplan.backup.model import BadBackup
from homeplan.clock import Clock
from homeplan.context import operator_context
from homeplan.db import CannotOpen, Database, MigrationFailed, Schema, Tx, database_file, migrate, schema_of
from homeplan.settings import Settings
from homeplan.store_facts import delete_fact, read_fact, write_fact

BESIDE = ".before-upgrade"
"""End of the name of the folder beside a SQLite file, where no folder of backups is set."""
UPGRADING = "upgrading"
"""Name of the fact "0016 0020 FILE": the schema before, the schema that is wanted, the backup."""

OWN_BACKUP = "`homeplan migrate --backed-up` upgrades it with a backup of your own."


class NotUpgraded(CannotOpen):
    """No backup of the older database could be made; it is as it was. The message is for the operator."""


async def upgrade(
    db: Database, settings: Settings, clock: Clock, say: Callable[[str], None], *, backed_up: bool = False
) -> list[str]:
    """Bring the database to this version's schema; returns the names of the migrations. `say` is told of each step.

    With `backed_up` no backup is made: the operator has one. Raises NotUpgraded, and as `migrate` does.
    """
    schema = await schema_of(db)
    kept = await _unfinished(db, clock.now(), schema)
    if 0 < schema.applied < schema.newest and kept is None and not backed_up:
        kept = await _backed_up(db, settings, clock, schema, say)
    try:
        applied = await migrate(db, clock.now(), say=say)
    except MigrationFailed as failed:
        raise MigrationFailed(f"{failed} {await _way_back(db, clock.now(), schema, kept)}") from failed
    await _remove_mark(db, clock.now())
    if kept is not None:
        say(f"upgraded to schema {schema.newest:04d}; the backup from before is {kept}")
    return applied


async def _unfinished(db: Database, now: datetime, schema: Schema) -> str | None:
    """The backup of an upgrade to this version that was cut off after its first migration."""
    mark = await _mark(db, now) if schema.applied else None
    if mark is None:
        return None
    before, wanted, file = mark.split(" ", 2)
    goes_on = int(before) < schema.applied and int(wanted) == schema.newest
    return file if goes_on and await asyncio.to_thread(Path(file).exists) else None


async def _mark(db: Database, now: datetime) -> str | None:
    async def work(tx: Tx) -> str | None:
        return await read_fact(operator_context(tx, now), UPGRADING)

    return await db.read(work)


async def _remove_mark(db: Database, now: datetime) -> None:
    if await _mark(db, now) is not None:
        await db.write(lambda tx: delete_fact(operator_context(tx, now), UPGRADING))


async def _backed_up(
    db: Database, settings: Settings, clock: Clock, schema: Schema, say: Callable[[str], None]
) -> str | None:
    """The file of the backup; None when another process upgraded meanwhile. Raises NotUpgraded."""
    now = clock.now()
    await _remove_mark(db, now)  # of an upgrade that was cut off, so that it is not in the backup
    try:
        folder = _folder(settings)
        say(f"the database has schema {schema.applied:04d}, and this version {schema.newest:04d}: backing it up first")
        kept = await asyncio.to_thread(Path.absolute, await _copied(db, settings, folder, now, schema))
    except (BadBackup, OSError) as failed:
        reason = (
            f"{failed.strerror}: {failed.filename}" if isinstance(failed, OSError) and failed.errno else str(failed)
        )
        raise NotUpgraded(
            f"The database has schema {schema.applied:04d} and was not upgraded to {schema.newest:04d}, because it "
            f"could not be backed up first: {reason.rstrip('.')}. Nothing was changed: remove the cause and start "
            f"again, or go on with the version that you used until now. {OWN_BACKUP}"
        ) from failed
    if await schema_of(db) != schema:  # another process upgraded meanwhile
        await asyncio.to_thread(copies.delete, kept)
        return None
    mark = f"{schema.applied:04d} {schema.newest:04d} {kept}"
    await db.write(lambda tx: write_fact(operator_context(tx, now), UPGRADING, mark))
    say(f"backed up and verified: {kept}")
    return str(kept)


def _folder(settings: Settings) -> Path:
    """The folder of the backup. Raises BadBackup when none is set for a server's database."""
    file = database_file(settings.database_url)
    if settings.backup_dir is not None:
        return Path(settings.backup_dir)
    if file is None:
        raise BadBackup("HOMEPLAN_BACKUP_DIR is not set, into which pg_dump could write")
    return file.with_name(file.name + BESIDE)


async def _copied(db: Database, settings: Settings, folder: Path, now: datetime, schema: Schema) -> Path:
    if database_file(settings.database_url) is None:
        key, url = settings.backup_public_key, settings.database_url
        return await copies.make_dump(url, folder, now, key, upgrade_from=schema.applied)
    await _require_room(db, folder, is_encrypted=settings.backup_public_key is not None)
    return await copies.make(db, folder, now, settings.backup_public_key, upgrade_from=schema.applied)


async def _require_room(db: Database, folder: Path, *, is_encrypted: bool) -> None:
    """Raises BadBackup before a byte is written where the copy does not fit, since services start again and again."""
    figures = await db.figures()
    needed = (figures.size_bytes + (figures.wal_bytes or 0)) * (2 if is_encrypted else 1)
    free = await asyncio.to_thread(_free_bytes, folder)
    if free < needed:
        raise BadBackup(f"{folder} has {free >> 20} MB of room, and {(needed >> 20) + 1} MB are needed")


def _free_bytes(folder: Path) -> int:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return shutil.disk_usage(folder).free


async def _way_back(db: Database, now: datetime, before: Schema, kept: str | None) -> str:
    if (await schema_of(db)).applied == before.applied:
        await _remove_mark(db, now)
        return "Go on with the version that you used until now."
    restore = "your backup" if kept is None else kept
    return f"To go on with the version that you used until now, restore {restore} with its `homeplan restore`."
