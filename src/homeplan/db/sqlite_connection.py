"""Connections to one SQLite file: the lock that keeps other processes out, the writer, readers, their statements."""

import contextlib
import fcntl
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from pysqlite3 import dbapi2 as sqlite3

from homeplan.db.base import CannotOpen, NeedsWriting, Row, Tx, Violated
from homeplan.db.sql import has_list, named, spread_lists

_WRITER_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA busy_timeout = 0",
    "PRAGMA journal_size_limit = 67108864",
)


class FileInUse(CannotOpen):
    """Another homeplan process has this database file open."""


class SqliteTx(Tx):
    """Statements on one connection, run directly on the event loop."""

    skip_locked = ""

    def __init__(self, connection: Any, *, reads: bool = False):
        self._connection = connection
        self.writes = not reads

    async def fetch(self, sql: str, /, **params: Any) -> list[Row]:
        return cast(list[Row], self._run(sql, params).fetchall())

    async def fetch_one(self, sql: str, /, **params: Any) -> Row | None:
        rows = self._run(sql, params).fetchall()
        return cast(Row, rows[0]) if rows else None

    async def fetch_value(self, sql: str, /, **params: Any) -> Any:
        rows = self._run(sql, params).fetchall()
        return rows[0][0] if rows else None

    async def execute(self, sql: str, /, **params: Any) -> int:
        if not self.writes:
            raise NeedsWriting
        cursor = self._run(sql, params)
        cursor.fetchall()
        return int(cursor.rowcount)

    async def execute_many(self, sql: str, rows: Sequence[Mapping[str, Any]], /) -> None:
        if not self.writes:
            raise NeedsWriting
        try:
            self._connection.executemany(sql, rows)
        except (sqlite3.IntegrityError, OverflowError) as refused:
            raise _violated(refused) from refused

    def hold(self, *_: str, exclusive: bool = False) -> str:  # noqa: ARG002 - there is only one writer
        return ""

    enter = fetch_one
    """A file has one reader of all clinics."""

    async def lock(self, name: str) -> None:  # noqa: ARG002 - there is only one writer
        if not self.writes:
            raise NeedsWriting

    def _run(self, sql: str, params: Mapping[str, Any]) -> Any:
        if has_list(sql):
            spread, params = spread_lists(params)
            sql = named(sql, spread)
        try:
            return self._connection.execute(sql, params)
        except (sqlite3.IntegrityError, OverflowError) as refused:
            raise _violated(refused) from refused


def _violated(refused: Exception) -> Violated:
    return Violated("a number exceeds 64 bits" if isinstance(refused, OverflowError) else str(refused))


def claim(path: Path) -> int:
    """Lock the file until this process ends; the kernel releases the lock however it ends. Returns the lock's handle.

    Raises FileInUse, OSError."""
    handle = os.open(path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as in_use:
        os.close(handle)
        raise FileInUse(f"{path} is in use by another homeplan process. Stop that one first.") from in_use
    with contextlib.suppress(FileNotFoundError):
        path.chmod(0o600)
    return handle


def open_writer(path: Path) -> Any:
    """The writing connection; makes the file, readable by its owner alone, when there is none."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))  # SQLite itself would make it readable by all
    _drop_samples(path)
    writer = _connect(f"file:{uri_of(path)}")
    for pragma in _WRITER_PRAGMAS:
        writer.execute(pragma)
    return writer


def _drop_samples(path: Path) -> None:
    """Remove the samples that an operator's ANALYZE leaves behind: with them SQLite plans a statement again at each
    use, by the values that are given, which triples what a small statement costs. The counts of ANALYZE stay.

    It is done on a connection of its own, which goes on planning by the samples that it read.
    """
    with (
        contextlib.closing(_connect(f"file:{uri_of(path)}")) as connection,
        contextlib.suppress(sqlite3.OperationalError),  # there are none, or the disk is full: reads go on
    ):
        connection.execute("DROP TABLE sqlite_stat4")


def open_reader(path: Path) -> Any:
    """A connection that cannot write."""
    reader = _connect(f"file:{uri_of(path)}?mode=ro")
    reader.execute("PRAGMA query_only = ON")
    return reader


def _connect(uri: str) -> Any:
    connection = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    return connection


def uri_of(path: Path) -> str:
    """The path as a part of a SQLite URI."""
    return str(path.resolve()).replace("?", "%3f").replace("#", "%23")
