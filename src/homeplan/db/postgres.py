"""PostgreSQL through asyncpg: a pooled connection and a real transaction around `work`."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar, cast

import asyncpg

from homeplan.db.base import CannotOpen, Row, Tx, Violated, Work
from homeplan.db.sql import numbered
from homeplan.errors import Unavailable

T = TypeVar("T")

POOL_SIZE = 10
ATTEMPTS = 5
"""How often a transaction is run in all when PostgreSQL ends it for a deadlock or a serialization conflict."""

_DOWN = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.OperatorInterventionError,  # the server is told to stop, or starts
    asyncpg.ReadOnlySQLTransactionError,  # it became a standby
)


class PostgresTx(Tx):
    """Statements on one connection inside one transaction."""

    skip_locked = "FOR UPDATE SKIP LOCKED"

    def __init__(self, connection: Any):
        self._connection = connection

    async def fetch(self, sql: str, /, **params: Any) -> list[Row]:
        statement, values = _bind(sql, params)
        return cast(list[Row], await _refusals(self._connection.fetch(statement, *values)))

    async def fetch_one(self, sql: str, /, **params: Any) -> Row | None:
        statement, values = _bind(sql, params)
        return cast(Row | None, await _refusals(self._connection.fetchrow(statement, *values)))

    async def fetch_value(self, sql: str, /, **params: Any) -> Any:
        statement, values = _bind(sql, params)
        return await _refusals(self._connection.fetchval(statement, *values))

    async def execute(self, sql: str, /, **params: Any) -> int:
        statement, values = _bind(sql, params)
        status = str(await _refusals(self._connection.execute(statement, *values)))
        count = status.rsplit(" ", 1)[-1]
        return int(count) if count.isdigit() else 0

    async def execute_many(self, sql: str, rows: Sequence[Mapping[str, Any]], /) -> None:
        if not rows:
            return
        statement, names = numbered(sql)
        await _refusals(self._connection.executemany(statement, [[row[name] for name in names] for row in rows]))

    async def lock(self, name: str) -> None:
        await self._connection.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", name)


class PostgresDatabase:
    """A pool on one server. Open it with `PostgresDatabase.open`."""

    engine = "postgresql"

    def __init__(self, pool: Any):
        self._pool = pool

    @classmethod
    async def open(cls, url: str) -> "PostgresDatabase":
        """Connect to `postgresql://…`. Raises CannotOpen when the server is out of reach or refuses."""
        try:
            pool = await asyncpg.create_pool(url, min_size=1, max_size=POOL_SIZE, command_timeout=30, reset=_as_it_is)
        except (OSError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as failed:
            raise CannotOpen(f"PostgreSQL cannot be reached: {failed or type(failed).__name__}") from failed
        return cls(pool)

    async def read(self, work: Work[T], /) -> T:
        return await self._run(work, isolation="repeatable_read", readonly=True)

    async def read_aside(self, work: Work[T], /) -> T:
        return await self.read(work)  # the server does the work, in a connection of its own

    async def write(self, work: Work[T], /) -> T:
        return await self._run(work)

    async def close(self) -> None:
        await self._pool.close()

    async def _run(self, work: Work[T], **options: Any) -> T:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                async with self._pool.acquire() as connection, connection.transaction(**options):
                    return await work(PostgresTx(connection))
            except (asyncpg.DeadlockDetectedError, asyncpg.SerializationError):
                if attempt == ATTEMPTS:
                    raise Unavailable from None
                await asyncio.sleep(0.01 * 2**attempt)
            except _DOWN as down:
                raise Unavailable from down
            except asyncpg.InterfaceError as failed:
                # The end of a transaction on a lost connection fails as well and hides why.
                if isinstance(failed.__context__, _DOWN):
                    raise Unavailable from failed
                raise
        raise Unavailable


async def _as_it_is(_: Any) -> None:
    """No transaction leaves anything behind on its connection; to reset it would cost each a round trip more."""


async def _refusals(running: Any) -> Any:
    try:
        return await running
    except asyncpg.IntegrityConstraintViolationError as refused:
        raise Violated(str(refused)) from refused


def _bind(sql: str, params: Mapping[str, Any]) -> tuple[str, list[Any]]:
    statement, names = numbered(sql)
    return statement, [params[name] for name in names]
