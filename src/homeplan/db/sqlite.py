"""SQLite in one process: one writer connection with group commit, and two that read: on the event loop and aside.

Statements run on the event loop (10-30 microseconds each); only the fsync of COMMIT runs in a thread. Writes that
arrive during a commit form the next group: a savepoint each, one fsync for all, and every caller is answered after it.
Reads of one round of the event loop share a snapshot: nobody hears of a commit in the round in which it ends.
"""

import asyncio
import contextlib
import logging
import os
import shutil
from pathlib import Path
from typing import Any, TypeVar

import aiosqlite
from pysqlite3 import dbapi2 as sqlite3

from homeplan.db.base import CannotOpen, StoreFigures, Tx, Violated, Work
from homeplan.db.sqlite_connection import SqliteTx, claim, open_reader, open_writer
from homeplan.db.sqlite_copy import copy_beside_writer
from homeplan.errors import Unavailable

T = TypeVar("T")
log = logging.getLogger(__name__)

MINIMUM_SQLITE = (3, 51, 3)  # 3.7.0 to 3.51.2 can corrupt a WAL with two connections
GROUP_LIMIT = 256
BUSY_RETRY_S = 0.02
BUSY_LIMIT_S = 5.0
MOST_FAULTS = 100
"""Faults after which a check of the file stops: the first says enough."""

_REBUILD_PRAGMAS = {"foreign_keys": ("OFF", "ON"), "legacy_alter_table": ("ON", "OFF")}
"""Settings while a table is rebuilt: triggers and foreign keys of other tables name it before it has its name again."""


class SqliteDatabase:
    """One file, one process. Open it with `SqliteDatabase.open`."""

    engine = "sqlite"

    def __init__(self, path: Path, lock_file: int, writer: aiosqlite.Connection, raw: Any, reader: Any, aside: Any):
        self._path = path
        self._lock_file = lock_file
        self._writer = writer
        self._raw = raw
        self._reader = reader
        self._aside = aside
        self._read_lock = asyncio.Lock()
        self._snapshot_is_over = True
        self._aside_lock = asyncio.Lock()
        self._queue: asyncio.Queue[tuple[Work[Any], asyncio.Future[Any]] | None] = asyncio.Queue()
        self._task = asyncio.create_task(self._supervised(), name="sqlite-writer")
        self._before_commit: Work[Any] | None = None
        self._closing = False
        self._broken: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    @classmethod
    async def open(cls, path: Path) -> "SqliteDatabase":
        """Open or create the file. Raises FileInUse when another process has it, CannotOpen when it cannot be used."""
        if sqlite3.sqlite_version_info < MINIMUM_SQLITE:
            raise CannotOpen(f"SQLite {sqlite3.sqlite_version} is too old; install pysqlite3 0.6 or newer.")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            lock_file = claim(path)
        except OSError as failed:
            raise CannotOpen(f"{path} cannot be opened: {failed.strerror}.") from failed
        try:
            raw = open_writer(path)
            reader, aside = open_reader(path), open_reader(path)
        except (sqlite3.Error, OSError) as failed:
            os.close(lock_file)
            raise CannotOpen(f"{path} cannot be opened: {failed}.") from failed
        return cls(path, lock_file, await aiosqlite.Connection(lambda: raw, iter_chunk_size=64), raw, reader, aside)

    async def read(self, work: Work[T], /) -> T:
        async with self._read_lock:
            if self._snapshot_is_over:
                self._reader.execute("BEGIN")
                self._snapshot_is_over = False
                asyncio.get_running_loop().call_soon(self._end_snapshot)
            try:
                return await work(SqliteTx(self._reader, reads=True))
            except sqlite3.OperationalError as failed:
                raise Unavailable from failed
            finally:
                if self._snapshot_is_over:
                    self._reader.rollback()

    def _end_snapshot(self) -> None:
        """Let the next read see what was written meanwhile; one that outlasts its round ends its snapshot itself."""
        self._snapshot_is_over = True
        if not self._read_lock.locked():
            with contextlib.suppress(sqlite3.ProgrammingError):  # the database was closed meanwhile
                self._reader.rollback()

    async def read_aside(self, work: Work[T], /) -> T:
        if self._closing:
            raise Unavailable
        async with self._aside_lock:  # one thread at a time
            return await asyncio.to_thread(self._read_in_thread, work)

    def _read_in_thread(self, work: Work[T]) -> T:
        self._aside.execute("BEGIN")
        try:
            return asyncio.run(_run(work, SqliteTx(self._aside, reads=True)))
        except sqlite3.OperationalError as failed:
            raise Unavailable from failed
        finally:
            self._aside.execute("ROLLBACK")

    async def write(self, work: Work[T], /) -> T:
        if self._closing:
            raise Unavailable
        answer: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._queue.put_nowait((work, answer))
        return await answer

    async def rebuild(self, work: Work[T], /) -> T:
        """Foreign keys can be switched off outside a transaction only; nobody else writes while a database migrates."""

        async def checked(tx: Tx) -> T:
            result = await work(tx)
            if await tx.fetch("PRAGMA foreign_key_check"):
                raise Violated("a row refers to one that the migration removed")
            return result

        for pragma in _REBUILD_PRAGMAS:
            self._raw.execute(f"PRAGMA {pragma} = {_REBUILD_PRAGMAS[pragma][0]}")
        try:
            return await self.write(checked)
        finally:
            for pragma in _REBUILD_PRAGMAS:
                self._raw.execute(f"PRAGMA {pragma} = {_REBUILD_PRAGMAS[pragma][1]}")

    async def build_index(self, name: str, sql: str, /) -> None:
        """There is one writer: the index is made in the migration's own transaction."""

    def run_before_commit(self, work: Work[Any], /) -> bool:
        self._before_commit = work
        return True

    async def until_broken(self) -> str:
        return await asyncio.shield(self._broken)

    def free_bytes(self) -> int | None:
        return shutil.disk_usage(self._path.parent).free

    async def figures(self) -> StoreFigures:
        return StoreFigures(
            size_bytes=_size(self._path),
            wal_bytes=_size(self._path.with_name(self._path.name + "-wal")),
            free_bytes=self.free_bytes(),
            waiting_writes=self._queue.qsize(),
        )

    async def quick_check(self) -> list[str] | None:
        if self._closing:
            raise Unavailable
        return await asyncio.to_thread(self._check_in_thread)

    def _check_in_thread(self) -> list[str]:
        """Read every page on a connection of its own; what is sound gives one row, "ok"."""
        with contextlib.closing(open_reader(self._path)) as reader:
            try:
                found = [str(row[0]) for row in reader.execute(f"PRAGMA quick_check({MOST_FAULTS})")]
            except sqlite3.OperationalError as failed:
                raise Unavailable from failed
            except sqlite3.DatabaseError as damaged:
                return [str(damaged)]
        return [] if found == ["ok"] else found

    async def copy_to(self, target: Path, /) -> None:
        if self._closing:
            raise Unavailable
        await asyncio.to_thread(copy_beside_writer, self._path, target)

    async def close(self) -> None:
        self._closing = True
        self._queue.put_nowait(None)
        await self._task
        self._reader.close()
        async with self._aside_lock:
            self._aside.close()
        await self._writer.close()
        os.close(self._lock_file)

    async def _supervised(self) -> None:
        """Report the database as broken when the writer ends; later writes would otherwise wait for ever."""
        try:
            await self._write_groups()
        except Exception as failed:
            self._closing = True
            log.critical("the writer of the database ended: %s", type(failed).__name__)
            self._broken.set_result(f"the writer of the database ended: {type(failed).__name__}")
            while not self._queue.empty():
                if (entry := self._queue.get_nowait()) is not None and not entry[1].done():
                    entry[1].set_exception(Unavailable())

    async def _write_groups(self) -> None:
        open_for_work = True
        while open_for_work:
            group = []
            entry = await self._queue.get()
            while True:
                if entry is None:
                    open_for_work = False
                    break
                group.append(entry)
                if self._queue.empty() or len(group) >= GROUP_LIMIT:
                    break
                entry = self._queue.get_nowait()
            if group:
                try:
                    await self._commit_group(group)
                finally:
                    for _, answer in group:  # every caller is answered, also when the group fails
                        if not answer.done():
                            answer.set_exception(Unavailable())

    async def _commit_group(self, group: list[tuple[Work[Any], asyncio.Future[Any]]]) -> None:
        outcomes: list[tuple[asyncio.Future[Any], Any, BaseException | None]] = []
        try:
            await self._begin()
            for work, answer in group:
                if not answer.cancelled():
                    outcomes.append((answer, *await self._in_savepoint(work)))
            await self._run_before_commit()
            await self._writer.execute("COMMIT")
        except Exception as failed:
            # The disk is full, broken or read-only: the whole group fails.
            log.error("commit failed: %s", type(failed).__name__)
            if self._raw.in_transaction:
                self._raw.execute("ROLLBACK")
            outcomes = [(answer, None, Unavailable()) for _, answer in group]
        for answer, result, error in outcomes:
            if answer.done():
                continue
            if error is None:
                answer.set_result(result)
            else:
                answer.set_exception(error)

    async def _run_before_commit(self) -> None:
        """The work of `run_before_commit`. When it fails, its own changes are undone and the group is committed."""
        if self._before_commit is not None:
            _, error = await self._in_savepoint(self._before_commit)
            if error is not None:
                log.error("the work before a commit failed: %s", type(error).__name__)

    async def _begin(self) -> None:
        waited = 0.0
        while True:
            try:
                self._raw.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError:
                if waited >= BUSY_LIMIT_S:
                    raise
            await asyncio.sleep(BUSY_RETRY_S)
            waited += BUSY_RETRY_S

    async def _in_savepoint(self, work: Work[Any]) -> tuple[Any, BaseException | None]:
        self._raw.execute("SAVEPOINT work")
        try:
            result = await work(SqliteTx(self._raw))
        except sqlite3.OperationalError as failed:
            if not self._raw.in_transaction:  # a full disk ends the transaction by itself
                raise
            self._undo()
            if _disk_trouble(failed):
                return None, Unavailable()
            return None, failed
        except Exception as refused:
            self._undo()
            return None, refused
        self._raw.execute("RELEASE work")
        return result, None

    def _undo(self) -> None:
        self._raw.execute("ROLLBACK TO work")
        self._raw.execute("RELEASE work")


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


async def _run(work: Work[T], tx: Tx) -> T:
    return await work(tx)


def _disk_trouble(failed: Exception) -> bool:
    name = getattr(failed, "sqlite_errorname", "")
    return name.startswith(("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_READONLY", "SQLITE_BUSY", "SQLITE_CANTOPEN"))
