"""Copies a SQLite database to an empty PostgreSQL one, and compares every row afterwards.

It can be stopped at any moment and run again. Until it has come to its end the new database says that it is not whole
(`require_whole`), so that nobody is served from it.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from graphlib import TopologicalSorter
from typing import Any

from homeplan.accounts.store import list_clinics
from homeplan.context import Context, operator_context
from homeplan.db import CannotOpen, Database, Row, Tx
from homeplan.store_facts import begin_move, end_move, moved_from

PAGE = 1_000
"""Rows that are copied, or compared, at once."""

SELECT_SQLITE_TABLES = """
SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'schema_migration'"""

SELECT_POSTGRES_TABLES = """
SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema() AND tablename <> 'schema_migration'"""

SELECT_PARENTS = """
SELECT child.relname AS child, parent.relname AS parent FROM pg_constraint c
JOIN pg_class child ON child.oid = c.conrelid JOIN pg_class parent ON parent.oid = c.confrelid
WHERE c.contype = 'f' AND c.connamespace = current_schema()::regnamespace"""

SELECT_COUNTERS = """
SELECT c.relname AS table_name, a.attname AS column_name FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
WHERE a.attidentity <> '' AND c.relnamespace = current_schema()::regnamespace"""


class NotMoved(CannotOpen):
    """The two databases do not fit together, or a row differs; the message is for the operator."""


@dataclass(frozen=True)
class Table:
    """A table of both databases, its columns in the order of the source."""

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    rows: int


Progress = Callable[[str, Table], None]
"""Is told "copied" or "compared" once a table is."""


async def require_whole(db: Database, now: datetime) -> None:
    """Raises CannotOpen for a database into which another one was copied only in part."""
    if await db.read(lambda tx: moved_from(operator_context(tx, now))) is not None:
        raise CannotOpen(
            "This database was filled by `homeplan move-to`, which has not come to its end. Run it again, with the "
            "SQLite file in HOMEPLAN_DATABASE_URL."
        )


async def move(source: Database, target: Database, identity: str, now: datetime, progress: Progress) -> list[Table]:
    """Copy every row of `source` (SQLite) to `target` (PostgreSQL), both at this version's schema, and compare all.

    `identity` tells the source from others when it is run again. Raises NotMoved.
    """
    await target.write(lambda tx: _begin(operator_context(tx, now), identity))
    tables = await _tables(source, target)
    for table in tables:
        await _copy(source, target, table)
        progress("copied", table)
    for table in tables:
        await _compare(source, target, table)
        progress("compared", table)
    await target.write(lambda tx: _end(operator_context(tx, now)))
    return tables


async def _begin(ctx: Context, identity: str) -> None:
    await ctx.tx.lock("schema")
    begun = await moved_from(ctx)
    if begun is None:
        if await list_clinics(ctx):
            raise NotMoved("The new database has clinics already. Give one that is empty.")
        await begin_move(ctx, identity)
    elif begun != identity:
        raise NotMoved("The new database was begun with another SQLite file. Make it empty, or give another one.")


async def _end(ctx: Context) -> None:
    for row in await ctx.tx.fetch(SELECT_COUNTERS):
        table, column = row["table_name"], row["column_name"]
        await ctx.tx.fetch_value(
            f"SELECT setval(pg_get_serial_sequence('{table}', '{column}'), (SELECT MAX({column}) FROM {table}))"  # noqa: S608
        )
    await end_move(ctx)


async def _tables(source: Database, target: Database) -> list[Table]:
    """The tables of both, each after those that it refers to."""
    parents: dict[str, set[str]] = {row["name"]: set() for row in await _fetch(target, SELECT_POSTGRES_TABLES)}
    for row in await _fetch(target, SELECT_PARENTS):
        if row["child"] != row["parent"]:
            parents[row["child"]].add(row["parent"])
    names = {row["name"] for row in await _fetch(source, SELECT_SQLITE_TABLES)}
    if names != set(parents):
        raise NotMoved(f"Only one of the databases has: {', '.join(sorted(names ^ set(parents)))}.")
    return [await _table(source, name) for name in TopologicalSorter(parents).static_order()]


async def _table(source: Database, name: str) -> Table:
    columns = await _fetch(source, f"PRAGMA table_info({name})")
    key = sorted((row for row in columns if row["pk"]), key=lambda row: row["pk"])
    return Table(
        name=name,
        columns=tuple(row["name"] for row in columns),
        key=tuple(row["name"] for row in key),
        rows=await _count(source, name),
    )


async def _count(db: Database, table: str) -> int:
    [row] = await _fetch(db, f"SELECT COUNT(*) AS rows FROM {table}")  # noqa: S608 - a table of the schema
    return int(row["rows"])


async def _moved(target: Database, table: Table) -> int:
    """The rows that are there, without the mark."""
    return await _count(target, table.name) - (table.name == "store_facts")


async def _fetch(db: Database, sql: str, **params: Any) -> list[Row]:
    return await db.read(lambda tx: tx.fetch(sql, **params))


async def _copy(source: Database, target: Database, table: Table) -> None:
    """Insert the rows that are not there yet. What triggers make of them is copied as it is, not made again."""
    if await _moved(target, table) >= table.rows:
        return
    names = ", ".join(table.columns)
    values = ", ".join(f":{column}" for column in table.columns)
    insert = f"INSERT INTO {table.name} ({names}) VALUES ({values}) ON CONFLICT DO NOTHING"  # noqa: S608
    async for page in _pages(source, table):

        async def work(tx: Tx, page: list[dict[str, Any]] = page) -> None:
            await tx.execute(f"ALTER TABLE {table.name} DISABLE TRIGGER USER")
            await tx.execute_many(insert, page)
            await tx.execute(f"ALTER TABLE {table.name} ENABLE TRIGGER USER")

        await target.write(work)


async def _compare(source: Database, target: Database, table: Table) -> None:
    """Raises NotMoved unless the target has exactly the rows of the source."""
    among = " AND ".join(f"{column} IN (:{column})" for column in table.key)
    select = f"SELECT {', '.join(table.columns)} FROM {table.name} WHERE {among}"  # noqa: S608
    async for page in _pages(source, table):
        keys = {column: list({row[column] for row in page}) for column in table.key}
        there = {_key(table, row): dict(row) for row in await _fetch(target, select, **keys)}
        differing = [row for row in page if there.get(_key(table, row)) != row]
        if differing:
            raise NotMoved(
                f"{len(differing)} rows of {table.name} differ: the SQLite file was used since the copy was begun, or "
                "the new database was. Make the new database empty and run this again; the SQLite file is unchanged."
            )
    if await _moved(target, table) != table.rows:
        raise NotMoved(f"The new database has rows of {table.name} that the SQLite file has not. Make it empty first.")


def _key(table: Table, row: Row | Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row[column] for column in table.key)


async def _pages(source: Database, table: Table) -> AsyncIterator[list[dict[str, Any]]]:
    """All rows in the order of the key, some at a time."""
    key = ", ".join(table.key)
    after = f"WHERE ({key}) > ({', '.join(f':{column}' for column in table.key)})"
    select = f"SELECT {', '.join(table.columns)} FROM {table.name} {{}} ORDER BY {key} LIMIT {PAGE}"  # noqa: S608
    last: dict[str, Any] = {}
    while True:
        rows = await _fetch(source, select.format(after if last else ""), **last)
        if not rows:
            return
        yield [dict(row) for row in rows]
        last = {column: rows[-1][column] for column in table.key}
