"""The interface of a database: transactions with named parameters, for reading and for writing."""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeVar, runtime_checkable

from msgspec import Struct

T = TypeVar("T")


class Row(Protocol):
    """One row: `row["column"]`, `dict(row)`, and its values in the order of the statement."""

    def __getitem__(self, key: str, /) -> Any: ...
    def __iter__(self) -> Iterator[Any]: ...
    def keys(self) -> Any: ...


class CannotOpen(Exception):
    """The database cannot be reached, is in use, or belongs to another program; the message is for the operator."""


class OutOfReach(CannotOpen):
    """The database does not answer yet: trying again may help."""


class NoCopy(CannotOpen):
    """The engine has tools of its own for copies; the message says which."""


class Violated(Exception):
    """A constraint of the schema (unique, foreign key, check, not null) refused a statement."""


class StoreFigures(Struct, frozen=True, kw_only=True):
    """Size, room, connections and waits of a database; None is a figure that this engine does not have."""

    size_bytes: int
    """Size of the database, without its log."""
    wal_bytes: int | None = None
    """SQLite: size of the write-ahead log beside the file."""
    free_bytes: int | None = None
    waiting_writes: int | None = None
    """SQLite: writes that wait for the one writer."""
    connections: dict[str, int] | None = None
    """PostgreSQL: connections of this process's pool, by `busy` and `idle`."""
    most_connections: int | None = None
    waiting_for_connection: int | None = None
    """PostgreSQL: transactions of this process that wait for a connection."""
    lock_waits: int | None = None
    """PostgreSQL: connections of this database that wait for a lock."""


class NeedsWriting(Exception):
    """The work of a read transaction wants to write or to lock: run it again in a write transaction."""

    def __init__(self) -> None:
        super().__init__("The transaction is read-only.")


class Tx(Protocol):
    """One open transaction. Parameters are `:name`. Pass a list to fill `IN (:names)`; an empty one matches nothing."""

    writes: bool
    """Whether the transaction may write."""

    skip_locked: str
    """`FOR UPDATE SKIP LOCKED` where several writers share a queue; empty on an engine with one writer."""

    async def fetch(self, sql: str, /, **params: Any) -> list[Row]:
        """All rows of the statement, read at once."""
        ...

    async def fetch_one(self, sql: str, /, **params: Any) -> Row | None:
        """The first row, or None."""
        ...

    async def fetch_value(self, sql: str, /, **params: Any) -> Any:
        """The first column of the first row, or None."""
        ...

    async def execute(self, sql: str, /, **params: Any) -> int:
        """Run the statement; returns the number of rows it changed. Raises Violated, NeedsWriting when it reads."""
        ...

    async def execute_many(self, sql: str, rows: Sequence[Mapping[str, Any]], /) -> None:
        """Run the statement once per row of parameters. Raises Violated."""
        ...

    def hold(self, *tables: str, exclusive: bool = False) -> str:
        """The end of a SELECT whose rows of these tables nobody changes until the transaction ends; others may hold
        them too unless `exclusive`. Empty where there is one writer, and in a transaction that reads.

        A row that was changed while the SELECT waited for it is left out when it no longer fits the conditions.
        """
        ...

    async def enter(self, sql: str, /, **params: Any) -> Row | None:
        """The first row of a SELECT with a `clinic_id`, or None. From then on the transaction reaches rows of that
        clinic only, where the engine can refuse the others (row_security.py)."""
        ...

    async def lock(self, name: str) -> None:
        """Hold a lock of this name until the transaction ends; other writers wait for it. Raises NeedsWriting."""
        ...


Work = Callable[[Tx], Awaitable[T]]


@runtime_checkable  # Litestar checks what it injects
class Database(Protocol):
    """`work` is an `async def (tx) -> T` that awaits only the transaction; after a conflict it runs again."""

    engine: str
    """"sqlite" or "postgresql": for messages to the operator, never for a feature to branch on."""

    async def read(self, work: Work[T], /) -> T:
        """Run `work` on one consistent snapshot, without writing. Raises Unavailable."""
        ...

    async def read_aside(self, work: Work[T], /) -> T:
        """Like `read`, but for many rows: on SQLite it runs in another thread, so that other requests go on."""
        ...

    async def write(self, work: Work[T], /) -> T:
        """Run `work` in one transaction and return once it is durable. Raises Unavailable when it could not be."""
        ...

    async def rebuild(self, work: Work[T], /) -> T:
        """Like `write`, but for a migration: foreign keys are checked once, at the end."""
        ...

    async def build_index(self, name: str, sql: str, /) -> None:
        """Make the index of a `CREATE INDEX` while others write, where the engine can; one that is there stays."""
        ...

    def run_before_commit(self, work: Work[Any], /) -> bool:
        """Run `work` in each transaction that commits from now on, as the last of it, where there is one writer.

        Returns whether it does: with several writers nothing is run. One work only; a second one replaces it.
        """
        ...

    async def until_broken(self) -> str:
        """Return, with the reason for the operator, once this process can write no more and should end."""
        ...

    def free_bytes(self) -> int | None:
        """Room that is left where the database lives; None where only its server knows."""
        ...

    async def figures(self) -> StoreFigures:
        """Size, room, connections and waits at this moment. Raises Unavailable."""
        ...

    async def quick_check(self) -> list[str] | None:
        """The damage that a check of the whole file finds, beside other requests; None where the engine has no check.
        Raises Unavailable."""
        ...

    async def copy_to(self, target: Path, /) -> None:
        """Write the database as it is now to a new file, while others write. Raises NoCopy on an engine that has tools
        of its own for that, OSError when there is no room."""
        ...

    async def close(self) -> None:
        """Finish the queued work and close the database."""
        ...
