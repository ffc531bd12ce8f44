"""Opens a database by its URL: the only branch on the engine."""

from pathlib import Path

from homeplan.db.base import Database

SQLITE = "sqlite:///"


async def open_database(url: str, *, pooler: str | None = None) -> Database:
    """Open `sqlite:///relative/or//absolute/path` or `postgresql://user@host/name`.

    `pooler` "transaction" says that a pooler such as PgBouncer hands each transaction to any of its connections.
    Raises CannotOpen (OutOfReach when the server does not answer, FileInUse when another process has the SQLite
    file), ValueError for any other kind of URL.
    """
    if is_sqlite(url):
        from homeplan.db.sqlite import SqliteDatabase

        return await SqliteDatabase.open(Path(url.removeprefix(SQLITE)))
    if url.startswith(("postgresql://", "postgres://")):
        from homeplan.db.postgres import PostgresDatabase

        return await PostgresDatabase.open(url, pooler=pooler)
    raise ValueError("A database URL begins with sqlite:/// or postgresql://")


def is_sqlite(url: str) -> bool:
    return url.startswith(SQLITE)


def database_file(url: str) -> Path | None:
    """The file of a SQLite database; None for a server."""
    return Path(url.removeprefix(SQLITE)) if is_sqlite(url) else None
