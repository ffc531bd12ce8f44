"""One migration file: its statements for each engine, and what its markers ask for.

-- engine: sqlite            the next statement is for that engine only
-- rebuild                   SQLite: the next CREATE TABLE is the table's new shape; its rows, indexes and triggers
                             are kept, also when other tables refer to it. PostgreSQL alters tables in place.
-- concurrent                PostgreSQL builds the next CREATE INDEX while others write. A file holds either such
                             statements only, or none.
"""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from pysqlite3 import dbapi2 as sqlite3

from homeplan.db.base import CannotOpen

_FILE = re.compile(r"^(\d{4})_([a-z0-9_]+)\.sql$")
_MARKER = re.compile(r"^--\s*(?:engine:\s*(?P<engine>sqlite|postgresql)|(?P<how>rebuild|concurrent))\s*$")
_TABLE = re.compile(r"\bCREATE TABLE (\w+)")
_INDEX = re.compile(r"\bCREATE (?:UNIQUE )?INDEX (\w+)")


class SchemaMismatch(CannotOpen):
    """The database and this version of homeplan do not belong together."""


class MigrationFailed(CannotOpen):
    """A statement of a migration was refused, for example by a row that does not fit."""


@dataclass(frozen=True)
class Statement:
    """One statement of a file, for the engine that was asked about."""

    sql: str
    rebuilds: str | None = None
    """The table whose new shape it is."""
    concurrent: str | None = None
    """The index that is built while others write."""


@dataclass(frozen=True)
class Migration:
    """One file of `migrations/`."""

    version: int
    name: str
    sql: str

    @property
    def checksum(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()

    def __str__(self) -> str:
        return f"{self.version:04d} ({self.name})"

    def statements(self, engine: str) -> list[Statement]:
        """The statements to run on that engine. Raises SchemaMismatch for a file that cannot be read."""
        found: list[Statement] = []
        only: str | None = None
        how: str | None = None
        buffer = ""
        for line in self.sql.splitlines(keepends=True):
            marker = _MARKER.match(line.strip())
            if marker and not _code(buffer):
                only, how = marker["engine"] or only, marker["how"] or how
                continue
            buffer += line
            if _is_complete(buffer, only):
                if only in (None, engine) and not (how == "rebuild" and engine != "sqlite"):
                    found.append(self._statement(buffer.strip(), how))
                buffer, only, how = "", None, None
        if _code(buffer):
            raise SchemaMismatch(f"Migration {self} ends in the middle of a statement.")
        if len({statement.concurrent is None for statement in found}) > 1:
            raise SchemaMismatch(f"Migration {self} mixes concurrent statements with others; put them into a file.")
        return found

    def _statement(self, sql: str, how: str | None) -> Statement:
        if how is None:
            return Statement(sql)
        named = (_TABLE if how == "rebuild" else _INDEX).search(sql)
        if named is None:
            raise SchemaMismatch(f"Migration {self}: `-- {how}` stands above something else than it is for.")
        return Statement(sql, rebuilds=named[1]) if how == "rebuild" else Statement(sql, concurrent=named[1])


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


def _is_complete(sql: str, only: str | None) -> bool:
    """Whether the statement ends here. SQLite's parser would wait for the END of PostgreSQL's triggers."""
    code = _code(sql)
    if only == "postgresql":
        return code.endswith(";") and code.count("$$") % 2 == 0 and code.count("'") % 2 == 0
    return bool(code) and bool(sqlite3.complete_statement(code))


def _code(sql: str) -> str:
    """Without comments, in which an apostrophe opens nothing. No text of the schema holds two hyphens."""
    return "\n".join(line for raw in sql.splitlines() if (line := raw.split("--")[0].rstrip())).strip()


def _shipped() -> Path:
    packaged = Path(__file__).parent.parent / "_migrations"
    return packaged if packaged.is_dir() else Path(__file__).parents[3] / "migrations"
