"""Databases of every release are brought up to this version with all their rows, also after a process was killed."""

import itertools
import re
from pathlib import Path
from typing import Any

import pytest

from homeplan import audit
from homeplan.context import operator_context
from homeplan.db import Database, Tx, Violated, migrate, open_database
from homeplan.db.migration_file import known_migrations
from homeplan.settings import Settings
from tests.db.dying import survives
from tests.db.releases import MEANT_TO_CHANGE, SECRET, kept, load, migrations_up_to, rows_by_table
from tests.db.test_schema_changes import FIRST, ROWS, SECOND
from tests.world import START

NEWEST = known_migrations()[-1].version
THIRD = "-- concurrent\nCREATE INDEX owner_by_kind ON owner (kind);\n"

_reads = itertools.count()

Rows = dict[str, list[dict[str, Any]]]


async def _open(url: str, folder: Path | None = None) -> Database:
    db = await open_database(url)
    await migrate(db, START, folder)
    return db


async def _rows(db: Database, tables: list[str]) -> Rows:
    async def work(tx: Tx) -> Rows:
        # A statement prepared before a column was added cannot be used after it, so that each read has its own text.
        select = f"SELECT * FROM {{}} -- {next(_reads)}"
        return {table: [dict(row) for row in await tx.fetch(select.format(table))] for table in tables}

    return {table: sorted(rows, key=repr) for table, rows in (await db.read(work)).items()}


def test_the_newest_schema_has_a_kept_database() -> None:
    """`python -m tests.db.releases` makes it."""
    assert max(kept()) == NEWEST


def test_a_kept_database_has_rows_in_every_table() -> None:
    for version, path in kept().items():
        sql = " ".join(each.sql for each in known_migrations() if each.version <= version)
        assert rows_by_table(path).keys() >= set(re.findall(r"CREATE TABLE (\w+)", sql)) - set(
            re.findall(r"DROP TABLE (\w+)", sql)
        )


@pytest.mark.parametrize("version", kept())
async def test_a_database_of_each_release_comes_up_with_its_rows(empty: Database, version: int, tmp_path: Path) -> None:
    await migrate(empty, START, migrations_up_to(version, tmp_path / "then"))
    await load(empty, kept()[version])
    tables = list(rows_by_table(kept()[version]))
    before = await _rows(empty, tables)
    assert {table: len(rows) for table, rows in before.items()} == rows_by_table(kept()[version])

    assert len(await migrate(empty, START)) == NEWEST - version

    after = await _rows(empty, tables)
    for table in tables:
        shared = before[table][0].keys() & after[table][0].keys() - MEANT_TO_CHANGE.get(table, set())
        assert shared, f"{table} keeps a column"
        assert [_only(shared, row) for row in after[table]] == [_only(shared, row) for row in before[table]], table
    if empty.engine == "sqlite":
        assert await empty.read(lambda tx: tx.fetch("PRAGMA foreign_key_check")) == []
        assert await empty.read(lambda tx: tx.fetch_value("PRAGMA integrity_check")) == "ok"


def _only(names: set[str], row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in sorted(names)}


@pytest.mark.parametrize("version", kept())
async def test_the_audit_trail_of_each_release_goes_on(empty: Database, version: int, tmp_path: Path) -> None:
    await migrate(empty, START, migrations_up_to(version, tmp_path / "then"))
    await load(empty, kept()[version])
    await migrate(empty, START)
    settings = Settings(audit_key=SECRET)
    clinic = await empty.read(lambda tx: tx.fetch_value("SELECT clinic_id FROM audit_unsealed"))

    async def verdict(tx: Tx) -> audit.Verdict:
        return await audit.verify(operator_context(tx, START, clinic, settings))

    found = await empty.read(verdict)
    assert (found.broken_at, found.unsealed, found.unkeyed) == (None, 1, 0)

    async def go_on(tx: Tx) -> None:
        ctx = operator_context(tx, START, clinic, settings)
        await audit.append(ctx, "clinic.save")
        await audit.seal(ctx)

    await empty.write(go_on)
    later = await empty.read(verdict)
    assert (later.broken_at, later.events, later.unsealed) == (None, found.events + 2, 0)


async def test_a_process_killed_before_any_statement_of_a_migration_leaves_a_store_that_migrates(
    empty_url: str, tmp_path: Path
) -> None:
    """A plain migration, a rebuild and an index that is built beside writers; the rows are there from the first on."""
    folder = tmp_path / "migrations"
    folder.mkdir()
    kills = []
    for name, sql in (("0001_first.sql", FIRST), ("0002_second.sql", SECOND), ("0003_third.sql", THIRD)):
        (folder / name).write_text(sql)
        at = 0
        while not await survives(empty_url, at, folder):
            at += 1
        kills.append(at)
        if name == "0001_first.sql":
            await _write(empty_url, folder)
    assert all(count >= least for count, least in zip(kills, (8, 7, 5), strict=True)), kills
    db = await _open(empty_url, folder)
    assert await _rows(db, ["owner", "pet"]) == {
        "owner": [
            {"id": "ana", "kind": "cat", "since": 7, "note": "first"},
            {"id": "bo", "kind": "dog", "since": 7, "note": "second"},
        ],
        "pet": [{"id": "rex", "owner_id": "bo"}, {"id": "tom", "owner_id": "ana"}],
    }
    await db.close()


async def _write(url: str, folder: Path) -> None:
    db = await _open(url, folder)
    for sql in ROWS:
        await db.write(lambda tx, sql=sql: tx.execute(sql))  # type: ignore[misc]
    await db.close()


SELECT_SCHEMA = "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name <> 'sqlite_sequence' ORDER BY name"


async def test_every_table_of_the_newest_schema_can_be_rebuilt_with_its_rows(tmp_path: Path) -> None:
    """Rows in every table that refers to it, its indexes, and triggers of its own and of others."""
    db = await _open(f"sqlite:///{tmp_path}/rebuilt.sqlite")
    await load(db, kept()[NEWEST])
    tables = list(rows_by_table(kept()[NEWEST]))
    before = await _rows(db, tables)
    schema = {row["name"]: dict(row) for row in await db.read(lambda tx: tx.fetch(SELECT_SCHEMA))}
    folder = migrations_up_to(NEWEST, tmp_path / "migrations")
    for n, table in enumerate(tables, NEWEST + 1):
        shape = schema[table]["sql"].replace(f'CREATE TABLE "{table}"', f"CREATE TABLE {table}")  # rebuilt before
        sql = f"-- it's the table's shape\n-- rebuild\n{shape};\n"
        (folder / f"{n:04d}_{table}.sql").write_text(sql)
    assert await migrate(db, START, folder) == tables
    assert await _rows(db, tables) == before
    again = {row["name"]: dict(row) for row in await db.read(lambda tx: tx.fetch(SELECT_SCHEMA))}
    assert again.keys() == schema.keys()
    for name, row in again.items():
        assert _words(row) == _words(schema[name]), name
    with pytest.raises(Violated):
        await db.write(lambda tx: tx.execute("DELETE FROM patients"))
    with pytest.raises(Violated):
        await db.write(lambda tx: tx.execute("DELETE FROM audit_events"))
    await db.close()


def _words(row: dict[str, Any]) -> str:
    """The row of the schema without quotes, which a renamed table gets."""
    return " ".join(str(value) for value in row.values()).replace('"', "")


@pytest.mark.parametrize("version", range(NEWEST))
async def test_a_process_killed_within_a_shipped_migration_leaves_a_store_that_migrates(
    empty_url: str, version: int, tmp_path: Path
) -> None:
    """At ten statements of it, from the kept database before it."""
    before, folder = (migrations_up_to(version + n, tmp_path / str(n)) for n in (0, 1))
    db = await _open(empty_url, before)
    if version in kept():
        await load(db, kept()[version])
    await db.close()
    statements = len(known_migrations()[version].statements(db.engine))
    for at in sorted({*range(4), *range(4, statements, max(1, statements // 6))}):
        assert not await survives(empty_url, at, folder)
    db = await _open(empty_url)
    assert await db.write(lambda tx: tx.fetch_value("SELECT COUNT(*) FROM schema_migration")) == NEWEST
    assert await migrate(db, START) == []
    await db.close()
