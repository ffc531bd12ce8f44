"""Restores a SQLite database from a backup while no service runs.

The database is made ready beside the old one, and takes its place in one step: a killed process leaves one of both.
"""

import asyncio
import contextlib
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from homeplan.accounts.access.model import ClinicAccess
from homeplan.accounts.access.store import read_access
from homeplan.accounts.store import list_clinics
from homeplan.audit import Head, is_keyed, last_head, seal_at_commit, verify
from homeplan.backup.actions import enter_service
from homeplan.backup.copies import require_rows, take_out
from homeplan.backup.model import BadBackup, ClinicRestored, Manifest, Restored
from homeplan.backup.noted import notes_of, read_notes
from homeplan.clock import Clock
from homeplan.context import Context, operator_context
from homeplan.db import Database, Tx, migrate, open_database
from homeplan.db.sqlite_connection import claim
from homeplan.db.sqlite_copy import BESIDE, Damaged, exchange, fold, is_cut_off, opened_to_read
from homeplan.settings import Settings

ASIDE = ".before-restore-"


async def restore(
    settings: Settings,
    database: Path,
    file: Path,
    key_file: Path | None,
    clock: Clock,
    say: Callable[[str], None] = lambda _: None,
) -> Restored:
    """Put the backup in the place of the SQLite file `database`, which is kept in a folder beside it. `say` is told of
    each step.

    Raises FileInUse while a service runs, BadBackup for a file that is not a sound backup, CannotOpen for one of a
    newer homeplan, OSError. The old database is then as it was.
    """
    new = database.with_name(database.name + ".restoring")
    with _held(database):
        _drop(new)
        _drop_cut_off(database)
        try:
            say(f"taking the database out of {file.name} and checking it")
            manifest = await asyncio.to_thread(_take_out, file, key_file, new)
            say("upgrading it where it is older, and taking away the access that ended since")
            clinics = await _make_ready(settings, database, new, file.name, clock)
            say("putting it in the place of the database")
            aside = await asyncio.to_thread(_put_in_place, database, new, f"{clock.now():%Y%m%dT%H%M%SZ}")
        finally:
            _drop(new)
    return Restored(made_at=manifest.made_at, aside=None if aside is None else str(aside), clinics=clinics)


@contextlib.contextmanager
def _held(database: Path) -> Iterator[None]:
    database.parent.mkdir(parents=True, exist_ok=True)
    lock = claim(database)
    try:
        yield
    finally:
        os.close(lock)


def _take_out(file: Path, key_file: Path | None, new: Path) -> Manifest:
    manifest = take_out(file, key_file, new)
    require_rows(new, manifest)
    return manifest


async def _make_ready(
    settings: Settings, database: Path, new: Path, source: str, clock: Clock
) -> tuple[ClinicRestored, ...]:
    db = await open_database(f"sqlite:///{new}")
    try:
        await migrate(db, clock.now())
        seal_at_commit(db, clock, settings)
        if settings.audit_key is None and await db.read(lambda tx: is_keyed(operator_context(tx, clock.now()))):
            raise BadBackup(
                "HOMEPLAN_AUDIT_KEY is not set, and the audit trails of this backup have a key: run this "
                "command with the environment of the service."
            )
        replaced = await _access_since(settings, db, database, clock)
        noted = read_notes(notes_of(database))

        async def work(tx: Tx) -> tuple[ClinicRestored, ...]:
            return await enter_service(operator_context(tx, clock.now(), settings=settings), replaced, noted, source)

        return await db.write(work)
    finally:
        await db.close()


async def _access_since(settings: Settings, db: Database, database: Path, clock: Clock) -> dict[str, ClinicAccess]:
    """The access that the replaced database has, by clinic: those whose audit trail is sound there and goes on from
    the last seal of the backup. The others cannot vouch for anybody."""

    async def heads(tx: Tx) -> dict[str, Head | None]:
        ctx = operator_context(tx, clock.now(), settings=settings)
        return {clinic.id: await last_head(ctx.of_clinic(clinic.id)) for clinic in await list_clinics(ctx)}

    before = await db.read(heads)
    try:
        with opened_to_read(database) as tx:
            ctx = operator_context(tx, clock.now(), settings=settings)
            return {
                clinic.id: await read_access(ctx.of_clinic(clinic.id))
                for clinic in await list_clinics(ctx)
                if await _continues(ctx.of_clinic(clinic.id), before.get(clinic.id))
            }
    except Damaged:
        return {}


async def _continues(ctx: Context, head: Head | None) -> bool:
    if head is None:
        return False
    found = await verify(ctx, head)
    return found.broken_at is None and (found.archived is None or found.archived.number <= head.number)


def _put_in_place(database: Path, new: Path, stamp: str) -> Path | None:
    if not fold(new):
        raise BadBackup(f"{new} cannot be written.")
    aside = database.with_name(f"{database.name}{ASIDE}{stamp}")
    had_one = database.exists()
    if had_one:
        fold(database)  # one that is damaged is kept with its log
    exchange(new, database, aside)
    return aside if had_one else None


def _drop(new: Path) -> None:
    for suffix in ("", *BESIDE, ".lock"):
        new.with_name(new.name + suffix).unlink(missing_ok=True)


def _drop_cut_off(database: Path) -> None:
    """Remove the folders of restores that were killed before their last step: they hold the database in use."""
    for aside in database.parent.glob(f"{database.name}{ASIDE}*"):
        if is_cut_off(aside, database):
            shutil.rmtree(aside)
