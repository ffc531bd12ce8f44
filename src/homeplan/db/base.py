"""What a feature sees of a database: a transaction that takes named parameters, and the two ways to open one."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Protocol, TypeVar, runtime_checkable

T = TypeVar("T")


class Row(Protocol):
    """One row: `row["column"]`, and `dict(row)`."""

    def __getitem__(self, key: str, /) -> Any: ...
    def keys(self) -> Any: ...


class CannotOpen(Exception):
    """The database is out of reach, in use, or not one of this program; the message is for the operator."""


class OutOfReach(CannotOpen):
    """The database does not answer yet: trying again may help."""


class Violated(Exception):
    """A constraint of the schema (unique, foreign key, check, not null) refused a statement."""


class Tx(Protocol):
    """One open transaction. Parameters are `:name`; a list stands inside `IN (:names)`; none is in an empty one."""

    skip_locked: str
    """`FOR UPDATE SKIP LOCKED` where several writers share a queue, empty where there is one writer."""

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
        """Run the statement and tell how many rows it touched. Raises Violated."""
        ...

    async def execute_many(self, sql: str, rows: Sequence[Mapping[str, Any]], /) -> None:
        """Run the statement once a row of parameters. Raises Violated."""
        ...

    async def lock(self, name: str) -> None:
        """Let one writer at a time past this name until the transaction ends."""
        ...


Work = Callable[[Tx], Awaitable[T]]


@runtime_checkable  # Litestar checks what it injects
class Database(Protocol):
    """`work` is an `async def (tx) -> T` that awaits nothing but the transaction; a conflict may run it again."""

    engine: str
    """"sqlite" or "postgresql": for messages to the operator, never for a feature to branch on."""

    async def read(self, work: Work[T], /) -> T:
        """Run `work` on one consistent snapshot, without writing. Raises Unavailable."""
        ...

    async def read_aside(self, work: Work[T], /) -> T:
        """As `read`, for work of many rows: it holds nobody else up, so it may run in another thread."""
        ...

    async def write(self, work: Work[T], /) -> T:
        """Run `work` in one transaction and return once it is durable. Raises Unavailable when it could not be."""
        ...

    async def rebuild(self, work: Work[T], /) -> T:
        """As `write`, for a migration: what refers to a table waits until the end, when every reference is checked."""
        ...

    async def build_index(self, name: str, sql: str, /) -> None:
        """Make the index of a `CREATE INDEX` while others write, where the engine can; one that is there stays."""
        ...

    async def until_broken(self) -> str:
        """Return, with the reason for the operator, once this process can write no more and should end."""
        ...

    def free_bytes(self) -> int | None:
        """Room that is left where the database lives; None where only its server knows."""
        ...

    async def close(self) -> None:
        """Finish what is queued and let go of the database."""
        ...
