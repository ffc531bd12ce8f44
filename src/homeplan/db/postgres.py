"""PostgreSQL through asyncpg: a pooled connection and a real transaction around `work`."""

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar, cast

import asyncpg

from homeplan.db.base import CannotOpen, NeedsWriting, NoCopy, OutOfReach, Row, StoreFigures, Tx, Violated, Work
from homeplan.db.row_security import ENTER
from homeplan.db.sql import numbered
from homeplan.errors import Unavailable

T = TypeVar("T")

POOL_SIZE = 10
ATTEMPTS = 5
"""Most tries of a transaction that PostgreSQL ends for a deadlock or a serialization conflict."""

ACQUIRE_S = 10.0
"""Longest wait of a transaction for a connection of the pool; then it is refused."""

SELECT_INVALID_INDEX = """
SELECT 1 FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
WHERE c.relname = $1 AND c.relnamespace = current_schema()::regnamespace AND NOT i.indisvalid"""

SELECT_FIGURES = """
SELECT pg_database_size(current_database()) AS size_bytes,
  (SELECT COUNT(*) FROM pg_stat_activity
   WHERE datname = current_database() AND wait_event_type = 'Lock') AS lock_waits"""

_DOWN = (
    OSError,  # and so TimeoutError
    asyncpg.PostgresConnectionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.OperatorInterventionError,  # the server is stopping or starting
    asyncpg.ReadOnlySQLTransactionError,  # it became a standby
    asyncpg.InternalClientError,  # the connection ended at this very moment, or no host is the one to write to
)
_BUSY = (asyncpg.InsufficientResourcesError, asyncpg.QueryCanceledError)
"""Errors of the list above after which the connection can be used again."""


class PostgresTx(Tx):
    """Statements on one connection inside one transaction."""

    skip_locked = "FOR UPDATE SKIP LOCKED"

    def __init__(self, connection: Any, *, reads: bool = False):
        self._connection = connection
        self.writes = not reads

    async def fetch(self, sql: str, /, **params: Any) -> list[Row]:
        statement, values = _bind(sql, params)
        return cast(list[Row], await _checked(self._connection.fetch(statement, *values)))

    async def fetch_one(self, sql: str, /, **params: Any) -> Row | None:
        statement, values = _bind(sql, params)
        return cast(Row | None, await _checked(self._connection.fetchrow(statement, *values)))

    async def fetch_value(self, sql: str, /, **params: Any) -> Any:
        statement, values = _bind(sql, params)
        return await _checked(self._connection.fetchval(statement, *values))

    async def execute(self, sql: str, /, **params: Any) -> int:
        if not self.writes:
            raise NeedsWriting
        statement, values = _bind(sql, params)
        status = str(await _checked(self._connection.execute(statement, *values)))
        count = status.rsplit(" ", 1)[-1]
        return int(count) if count.isdigit() else 0

    async def execute_many(self, sql: str, rows: Sequence[Mapping[str, Any]], /) -> None:
        if not self.writes:
            raise NeedsWriting
        if not rows:
            return
        statement, names = numbered(sql)
        await _checked(self._connection.executemany(statement, [[row[name] for name in names] for row in rows]))

    def hold(self, *tables: str, exclusive: bool = False) -> str:
        if not self.writes:
            return ""
        return f"FOR {'NO KEY UPDATE' if exclusive else 'SHARE'} OF {', '.join(tables)}"

    async def enter(self, sql: str, /, **params: Any) -> Row | None:
        return await self.fetch_one(ENTER.format(sql), **params)

    async def lock(self, name: str) -> None:
        if not self.writes:
            raise NeedsWriting
        await self._connection.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", name)


class PostgresDatabase:
    """A pool on one server. Open it with `PostgresDatabase.open`."""

    engine = "postgresql"

    def __init__(self, pool: Any):
        self._pool = pool
        self._waiting = 0

    @classmethod
    async def open(cls, url: str, *, pooler: str | None = None) -> "PostgresDatabase":
        """Connect to `postgresql://…`; several hosts are tried in turn. Raises CannotOpen when the server refuses,
        OutOfReach when it does not answer."""
        # Behind a pooler the next transaction may meet another connection, which knows no prepared statement.
        statements = {"statement_cache_size": 0} if pooler == "transaction" else {}
        try:
            pool = await asyncpg.create_pool(
                url, min_size=1, max_size=POOL_SIZE, command_timeout=30, reset=_no_reset, **statements
            )
        except (ValueError, asyncpg.InvalidAuthorizationSpecificationError, asyncpg.InvalidCatalogNameError) as failed:
            raise CannotOpen(f"PostgreSQL refuses: {failed or type(failed).__name__}") from failed
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError) as failed:
            raise OutOfReach(f"PostgreSQL cannot be reached: {failed or type(failed).__name__}") from failed
        encoding = await pool.fetchval("SHOW server_encoding")
        if encoding != "UTF8":
            await pool.close()
            raise CannotOpen(f"The database's encoding is {encoding}; create it with ENCODING 'UTF8'.")
        return cls(pool)

    async def read(self, work: Work[T], /) -> T:
        return await self._run(work, isolation="repeatable_read", readonly=True)

    async def read_aside(self, work: Work[T], /) -> T:
        return await self.read(work)  # waiting for the server does not block the event loop

    async def write(self, work: Work[T], /) -> T:
        return await self._run(work)

    async def rebuild(self, work: Work[T], /) -> T:
        return await self.write(work)  # PostgreSQL alters a table in place

    async def build_index(self, name: str, sql: str, /) -> None:
        async with self._pool.acquire() as connection:
            # A build that was cut off leaves an invalid index behind, which serves nothing.
            if await connection.fetchval(SELECT_INVALID_INDEX, name):
                await connection.execute(f"DROP INDEX CONCURRENTLY {name}")
            concurrently = sql.replace(f"INDEX {name}", f"INDEX CONCURRENTLY IF NOT EXISTS {name}", 1)
            await connection.execute(concurrently, timeout=None)

    def run_before_commit(self, _: Work[Any], /) -> bool:
        return False  # writers commit beside each other

    async def until_broken(self) -> str:
        """Connections come and go; the pool never breaks."""
        await asyncio.Event().wait()
        return ""

    def free_bytes(self) -> int | None:
        return None

    async def figures(self) -> StoreFigures:
        found = await self.read(lambda tx: tx.fetch_one(SELECT_FIGURES))
        assert found is not None
        idle = self._pool.get_idle_size()
        return StoreFigures(
            size_bytes=found["size_bytes"],
            lock_waits=found["lock_waits"],
            connections={"busy": self._pool.get_size() - idle, "idle": idle},
            most_connections=self._pool.get_max_size(),
            waiting_for_connection=self._waiting,
        )

    async def quick_check(self) -> list[str] | None:
        return None  # the server has its own: data checksums, pg_amcheck

    async def copy_to(self, _: Path, /) -> None:
        raise NoCopy(
            "PostgreSQL has its own tools for backups: `pg_dump --enable-row-security --format=custom`, and the "
            "archiving of its log. docs/operations/postgresql.md has the commands."
        )

    async def close(self) -> None:
        await self._pool.close()

    async def _run(self, work: Work[T], **options: Any) -> T:
        for attempt in range(1, ATTEMPTS + 1):
            self._waiting += 1
            try:
                connection = await self._pool.acquire(timeout=ACQUIRE_S)
            except (*_DOWN, asyncpg.InterfaceError) as down:  # the server is away, or the pool is being closed
                raise Unavailable from down
            finally:
                self._waiting -= 1
            try:
                async with connection.transaction(**options):
                    return await work(PostgresTx(connection, reads="readonly" in options))
            except (asyncpg.DeadlockDetectedError, asyncpg.SerializationError):
                if attempt == ATTEMPTS:
                    raise Unavailable from None
            except _DOWN as down:
                await self._drop_connections(down)
                raise Unavailable from down
            except asyncpg.InterfaceError as failed:
                # Ending a transaction on a lost connection fails too and hides the first error.
                if not isinstance(failed.__context__, _DOWN) and not connection.is_closed():
                    raise
                await self._drop_connections(failed)
                raise Unavailable from failed
            finally:
                await self._pool.release(connection)
            await asyncio.sleep(0.01 * 2**attempt)
        raise Unavailable

    async def _drop_connections(self, met: Exception) -> None:
        """Close the idle connections of the pool: they would meet the same failure (a server that ended or became a
        standby)."""
        if not isinstance(met, _BUSY):
            with contextlib.suppress(asyncpg.InterfaceError):  # the pool is being closed
                await self._pool.expire_connections()


async def _no_reset(_: Any) -> None:
    """Skip the reset of a returned connection: transactions leave nothing to reset, and it costs a round trip."""


async def _checked(running: Any) -> Any:
    """The result of the statement. Raises Violated for a broken constraint."""
    try:
        return await running
    except asyncpg.IntegrityConstraintViolationError as refused:
        raise Violated(str(refused)) from refused


def _bind(sql: str, params: Mapping[str, Any]) -> tuple[str, list[Any]]:
    statement, names = numbered(sql)
    return statement, [params[name] for name in names]
