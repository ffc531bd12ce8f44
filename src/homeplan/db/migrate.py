"""Brings a database up to this version: one transaction per migration, checksummed; applied files never change."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from msgspec import Struct

from homeplan.clock import to_ms
from homeplan.db.base import CannotOpen, Database, Tx
from homeplan.db.migration_file import Migration, MigrationFailed, SchemaMismatch, Statement, known_migrations
from homeplan.db.row_security import confine
from homeplan.errors import Problem

CREATE_LEDGER = """
CREATE TABLE IF NOT EXISTS schema_migration (
  version INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at BIGINT NOT NULL)"""
SELECT_APPLIED = "SELECT version, name, checksum FROM schema_migration ORDER BY version"
INSERT_APPLIED = """
INSERT INTO schema_migration (version, name, checksum, applied_at) VALUES (:version, :name, :checksum, :applied_at)"""

TRIAL = "accounts"
"""The name of the first migration before the first release."""


class Schema(Struct, frozen=True):
    """The schema of a database: numbers of migrations."""

    applied: int
    """The newest applied one; 0 for a new database."""
    newest: int
    """The newest one that this version ships."""


async def schema_of(db: Database, folder: Path | None = None) -> Schema:
    """The schema of the database, which stays as it is. Raises SchemaMismatch as `migrate` does."""
    known = known_migrations(folder)
    return Schema(max(await _applied(db, known), default=0), len(known))


async def _applied(db: Database, known: list[Migration]) -> set[int]:
    async def work(tx: Tx) -> set[int]:
        await tx.lock("schema")
        await tx.execute(CREATE_LEDGER)
        return await _check(tx, known)

    return await db.write(work)


def _silent(_: str) -> None:
    """Tell nobody."""


async def migrate(
    db: Database, now: datetime, folder: Path | None = None, say: Callable[[str], None] = _silent
) -> list[str]:
    """Bring the database up to this version; returns the names of what was applied. `say` is told each before it runs.

    Raises SchemaMismatch when the database is newer than this program or an applied file was altered, MigrationFailed
    when a migration cannot be applied, CannotOpen when PostgreSQL cannot keep the clinics apart (row_security.py).
    """
    known = known_migrations(folder)
    applied: list[str] = []
    done = await _applied(db, known)
    for migration in known:
        if migration.version in done:
            continue
        say(f"applying migration {migration}")
        try:
            if await _apply(db, now, migration, known):
                applied.append(migration.name)
        except (CannotOpen, Problem):
            raise
        except Exception as failed:
            raise MigrationFailed(
                f"Migration {migration} cannot be applied: {failed}. The database is as it was before it. Report this."
            ) from failed
    await confine(db)
    return applied


async def _apply(db: Database, now: datetime, migration: Migration, known: list[Migration]) -> bool:
    """Run one migration. False when another process was faster."""
    statements = migration.statements(db.engine)

    async def work(tx: Tx) -> bool:
        await tx.lock("schema")
        if migration.version in await _check(tx, known):
            return False
        for statement in statements:
            if statement.rebuilds is not None:
                await _rebuild(tx, statement)
            elif statement.concurrent is None or db.engine == "sqlite":
                await tx.execute(statement.sql)
        await tx.execute(
            INSERT_APPLIED,
            version=migration.version,
            name=migration.name,
            checksum=migration.checksum,
            applied_at=to_ms(now),
        )
        return True

    for statement in statements:  # again after a crash: what is there already is left as it is
        if statement.concurrent is not None:
            await db.build_index(statement.concurrent, statement.sql)
    if any(statement.rebuilds for statement in statements):
        return await db.rebuild(work)
    return await db.write(work)


SELECT_HANGING_ON = """
SELECT sql FROM sqlite_master WHERE tbl_name = :table_name AND type IN ('index', 'trigger') AND sql IS NOT NULL
ORDER BY type, name"""


async def _rebuild(tx: Tx, statement: Statement) -> None:
    """SQLite's own way to change a table: make the new one, copy, drop the old one, rename (lang_altertable.html, 7).

    Columns of both shapes are copied, indexes and triggers made again; a new column needs a default.
    """
    table = str(statement.rebuilds)
    hanging = [row["sql"] for row in await tx.fetch(SELECT_HANGING_ON, table_name=table)]
    before = await _columns(tx, table)
    await tx.execute(statement.sql.replace(f"CREATE TABLE {table}", f"CREATE TABLE {table}_rebuilt", 1))
    kept = ", ".join(name for name in await _columns(tx, f"{table}_rebuilt") if name in before)
    await tx.execute(f"INSERT INTO {table}_rebuilt ({kept}) SELECT {kept} FROM {table}")  # noqa: S608 - of a migration
    await tx.execute(f"DROP TABLE {table}")
    await tx.execute(f"ALTER TABLE {table}_rebuilt RENAME TO {table}")
    for sql in hanging:
        await tx.execute(sql)


async def _columns(tx: Tx, table: str) -> list[str]:
    return [row["name"] for row in await tx.fetch(f"PRAGMA table_info({table})")]


async def _check(tx: Tx, known: list[Migration]) -> set[int]:
    by_version = {m.version: m for m in known}
    rows = await tx.fetch(SELECT_APPLIED)
    if rows and rows[0]["name"] == TRIAL and known[0].name != TRIAL:
        raise SchemaMismatch(
            "This database was made by a trial version from before the first release and cannot be taken over. "
            "Start with a new one; for the demo: `homeplan demo --fresh`."
        )
    for row in rows:
        mine = by_version.get(row["version"])
        if mine is None:
            raise SchemaMismatch(
                f"The database has migration {row['version']:04d} ({row['name']}), which this version of homeplan "
                "does not know: it was used with a newer one. Install that version again. To stay with this one, run "
                "`homeplan restore FILE` of this version with the backup that the newer one made before its upgrade: "
                "homeplan-upgrade-from-…, in HOMEPLAN_BACKUP_DIR or in the folder ….before-upgrade beside the database."
            )
        if mine.checksum != row["checksum"]:
            raise SchemaMismatch(f"Migration {mine} was changed after it was applied. Install an unmodified homeplan.")
    return {row["version"] for row in rows}
