"""Processes that migrate a database and are killed before a chosen statement."""

import asyncio
import multiprocessing
import os
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, cast

from homeplan.db import Database, Tx, migrate, open_database
from tests.world import START


class DyingDatabase:
    """A database whose process kills itself before its statement `at`: 0, 1, 2 …; the end of a transaction counts."""

    def __init__(self, db: Database, at: int):
        self._db, self._left = db, at
        self.engine = db.engine

    def spend(self) -> None:
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        self._left -= 1

    async def write(self, work: Callable[[Tx], Awaitable[Any]], /) -> Any:
        return await self._db.write(self._counted(work))

    async def rebuild(self, work: Callable[[Tx], Awaitable[Any]], /) -> Any:
        return await self._db.rebuild(self._counted(work))

    async def build_index(self, name: str, sql: str, /) -> None:
        self.spend()
        await self._db.build_index(name, sql)
        self.spend()

    def _counted(self, work: Callable[[Tx], Awaitable[Any]]) -> Callable[[Tx], Awaitable[Any]]:
        async def counted(tx: Tx) -> Any:
            result = await work(cast(Tx, DyingTx(tx, self)))
            self.spend()
            return result

        return counted


class DyingTx:
    """Statements of a transaction, counted by its database."""

    def __init__(self, tx: Tx, db: DyingDatabase):
        self._tx, self._db = tx, db

    async def fetch(self, sql: str, /, **params: Any) -> Any:
        self._db.spend()
        return await self._tx.fetch(sql, **params)

    async def execute(self, sql: str, /, **params: Any) -> int:
        self._db.spend()
        return await self._tx.execute(sql, **params)

    async def lock(self, name: str) -> None:
        await self._tx.lock(name)


class KilledHere(Exception):
    """The work ends here, as by a kill."""


class LimitedDatabase:
    """A database that takes `left` transactions more, and commits none after them."""

    def __init__(self, db: Database, left: int):
        self._db, self._left = db, left
        self.engine = db.engine

    async def read(self, work: Callable[[Tx], Awaitable[Any]], /) -> Any:
        return await self._db.read(self._counted(work))

    async def write(self, work: Callable[[Tx], Awaitable[Any]], /) -> Any:
        return await self._db.write(self._counted(work))

    def _counted(self, work: Callable[[Tx], Awaitable[Any]]) -> Callable[[Tx], Awaitable[Any]]:
        async def counted(tx: Tx) -> Any:
            result = await work(tx)
            if self._left == 0:
                raise KilledHere
            self._left -= 1
            return result

        return counted


async def survives(url: str, at: int, folder: Path | None = None) -> bool:
    """Migrate in a process that is killed before statement `at`; whether it came to the end before."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    process = context.Process(target=_migrate, args=(url, at, folder))
    process.start()
    await asyncio.to_thread(process.join)
    assert process.exitcode in (0, -signal.SIGKILL)
    return process.exitcode == 0


def _migrate(url: str, at: int, folder: Path | None) -> None:
    async def run() -> None:
        db = await open_database(url)
        await migrate(cast(Database, DyingDatabase(db, at)), START, folder)
        await db.close()

    asyncio.run(run())
