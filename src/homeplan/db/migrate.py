"""Migrations: numbered SQL files, one transaction each, checksummed. Files that were applied never change."""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pysqlite3 import dbapi2 as sqlite3

from homeplan.clock import to_ms
from homeplan.db.base import CannotOpen, Database, Tx

_FILE = re.compile(r"^(\d{4})_([a-z0-9_]+)\.sql$")
_ONLY = re.compile(r"^--\s*engine:\s*(sqlite|postgresql)\s*$")

CREATE_LEDGER = """
CREATE TABLE IF NOT EXISTS schema_migration (
  version INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at BIGINT NOT NULL)"""
SELECT_APPLIED = "SELECT version, name, checksum FROM schema_migration ORDER BY version"
INSERT_APPLIED = """
INSERT INTO schema_migration (version, name, checksum, applied_at) VALUES (:version, :name, :checksum, :applied_at)"""


class SchemaMismatch(CannotOpen):
    """The database and this version of homeplan do not belong together."""


@dataclass(frozen=True)
class Migration:
    """One file of `migrations/`."""

    version: int
    name: str
    sql: str

    @property
    def checksum(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()

    def statements(self, engine: str) -> list[str]:
        """The file's statements for one engine; `-- engine: X` above a statement keeps it to that engine."""
        found: list[str] = []
        only: str | None = None
        buffer = ""
        for line in self.sql.splitlines(keepends=True):
            marker = _ONLY.match(line.strip())
            if marker and not _says_something(buffer):
                only = marker.group(1)
                continue
            buffer += line
            if buffer.count("$$") % 2 == 0 and _is_complete(buffer, only):
                if only in (None, engine):
                    found.append(buffer.strip())
                buffer, only = "", None
        if _says_something(buffer):
            raise SchemaMismatch(f"Migration {self.version:04d} ({self.name}) ends in the middle of a statement.")
        return found


def known_migrations(folder: Path | None = None) -> list[Migration]:
    """The migrations that this version of homeplan ships, in order."""
    folder = folder or _shipped()
    found = [
        Migration(int(match.group(1)), match.group(2), path.read_text("utf-8"))
        for path in sorted(folder.iterdir())
        if (match := _FILE.match(path.name))
    ]
    if [m.version for m in found] != list(range(1, len(found) + 1)):
        raise SchemaMismatch(f"The migrations in {folder.name}/ are not numbered 0001, 0002, … without gaps.")
    return found


async def migrate(db: Database, now: datetime, folder: Path | None = None) -> list[str]:
    """Bring the database up to this version; returns the names of what was applied.

    Raises SchemaMismatch when the database is newer than this program or an applied file was altered.
    """
    known = known_migrations(folder)
    applied: list[str] = []

    async def start(tx: Tx) -> set[int]:
        await tx.lock("schema")
        await tx.execute(CREATE_LEDGER)
        return await _check(tx, known)

    done = await db.write(start)
    for migration in known:
        if migration.version in done:
            continue

        async def apply(tx: Tx, migration: Migration = migration) -> bool:
            await tx.lock("schema")
            if migration.version in await _check(tx, known):  # another process was faster
                return False
            for statement in migration.statements(db.engine):
                await tx.execute(statement)
            await tx.execute(
                INSERT_APPLIED,
                version=migration.version,
                name=migration.name,
                checksum=migration.checksum,
                applied_at=to_ms(now),
            )
            return True

        if await db.write(apply):
            applied.append(migration.name)
    return applied


async def _check(tx: Tx, known: list[Migration]) -> set[int]:
    by_version = {m.version: m for m in known}
    rows = await tx.fetch(SELECT_APPLIED)
    for row in rows:
        mine = by_version.get(row["version"])
        if mine is None:
            raise SchemaMismatch(
                f"The database has migration {row['version']:04d} ({row['name']}), which this version of homeplan "
                "does not know: it was used with a newer one. Install that version, or restore an older backup."
            )
        if mine.checksum != row["checksum"]:
            raise SchemaMismatch(
                f"Migration {row['version']:04d} ({row['name']}) was changed after it was applied. "
                "Install an unmodified homeplan."
            )
    return {row["version"] for row in rows}


def _is_complete(sql: str, only: str | None) -> bool:
    """Whether the statement ends here. SQLite's parser would wait for the END of PostgreSQL's triggers."""
    if only == "postgresql":
        return sql.rstrip().endswith(";") and sql.count("$$") % 2 == 0 and sql.count("'") % 2 == 0
    return bool(sqlite3.complete_statement(sql))


def _says_something(sql: str) -> bool:
    return any(line.strip() and not line.lstrip().startswith("--") for line in sql.splitlines())


def _shipped() -> Path:
    packaged = Path(__file__).parent.parent / "_migrations"
    return packaged if packaged.is_dir() else Path(__file__).parents[3] / "migrations"
