"""A SQLite database is taken over to PostgreSQL whole, also after the command was killed."""

import asyncio
import os
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import pytest

from homeplan.__main__ import main
from homeplan.audit import verify_all
from homeplan.db import CannotOpen, Database, Tx, migrate, open_database
from homeplan.settings import Settings
from homeplan.store_move import NotMoved, Table, move, require_whole
from tests.conftest import FakeClock
from tests.db.dying import KilledHere, LimitedDatabase
from tests.db.releases import SECRET, kept, load
from tests.world import START

STEPS = (1, 20, 120)
"""Transactions with the new database after which the command is killed."""

SELECT_SILENT_TRIGGERS = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'O'"


@pytest.fixture
async def source_url(scratch: Path) -> str:
    """A SQLite database with rows in every table, which nobody has open."""
    url = f"sqlite:///{scratch}/{os.urandom(6).hex()}.sqlite"
    db = await open_database(url)
    await migrate(db, START)
    await load(db, kept()[max(kept())])
    await db.close()
    return url


@pytest.fixture
async def source(source_url: str) -> AsyncIterator[Database]:
    db = await open_database(source_url)
    yield db
    await db.close()


@pytest.fixture
async def target(new_url: str) -> AsyncIterator[Database]:
    db = await open_database(new_url)
    await migrate(db, START)
    yield db
    await db.close()


def silent(_what: str, _table: Table) -> None:
    """Nobody watches."""


async def rows(db: Database, table: Table) -> list[dict[str, Any]]:
    found = await db.read(lambda tx: tx.fetch(f"SELECT {', '.join(table.columns)} FROM {table.name}"))
    return sorted((dict(row) for row in found), key=repr)


async def test_every_row_of_every_table_is_there_and_triggers_and_counters_go_on(
    source: Database, target: Database
) -> None:
    progress: list[str] = []
    tables = await move(source, target, "a", START, lambda what, table: progress.append(f"{what} {table.name}"))
    assert all(table.rows for table in tables)
    assert progress == [f"{what} {table.name}" for what in ("copied", "compared") for table in tables]
    for table in tables:
        assert await rows(target, table) == await rows(source, table), table.name
    assert await target.read(lambda tx: tx.fetch(SELECT_SILENT_TRIGGERS)) == []
    last = await source.read(lambda tx: tx.fetch_value("SELECT MAX(seq) FROM audit_events"))
    sequence = "SELECT nextval(pg_get_serial_sequence('audit_events', 'seq'))"
    assert await target.write(lambda tx: tx.fetch_value(sequence)) == last + 1
    await require_whole(target, START)


async def test_the_audit_trails_are_intact(source: Database, target: Database) -> None:
    await move(source, target, "a", START, silent)
    settings = Settings(origin="http://localhost", audit_key=SECRET)
    for verdict in (await verify_all(target, FakeClock(), settings)).values():
        assert verdict.broken_at is None
        assert verdict.events


@pytest.mark.parametrize("steps", STEPS)
async def test_it_goes_on_after_it_was_killed(source: Database, target: Database, steps: int) -> None:
    with pytest.raises(KilledHere):
        await move(source, cast(Database, LimitedDatabase(target, steps)), "a", START, silent)
    with pytest.raises(CannotOpen, match="not come to its end"):
        await require_whole(target, START)
    for table in await move(source, target, "a", START, silent):
        assert await rows(target, table) == await rows(source, table), table.name
    assert await target.read(lambda tx: tx.fetch(SELECT_SILENT_TRIGGERS)) == []


async def test_a_database_that_is_in_use_is_refused(source: Database, target: Database) -> None:
    await move(source, target, "a", START, silent)
    with pytest.raises(NotMoved, match="has clinics already"):
        await move(source, target, "a", START, silent)


async def test_a_database_that_was_begun_with_another_file_is_refused(source: Database, target: Database) -> None:
    with pytest.raises(KilledHere):
        await move(source, cast(Database, LimitedDatabase(target, 30)), "a", START, silent)
    with pytest.raises(NotMoved, match="another SQLite file"):
        await move(source, target, "b", START, silent)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("UPDATE patients SET given_name = 'Changed'", r"rows of \w+ differ"),
        ("UPDATE store_facts SET value = 'other' WHERE name = 'epoch'", "1 rows of store_facts differ"),
        ("INSERT INTO store_facts (name, value) VALUES ('new', '1')", "has rows of store_facts"),
    ],
)
async def test_a_row_that_differs_is_told(source: Database, target: Database, change: str, message: str) -> None:
    with pytest.raises(KilledHere):
        await move(source, cast(Database, LimitedDatabase(target, 120)), "a", START, silent)

    async def work(tx: Tx) -> None:
        await tx.execute(change)

    await target.write(work)
    with pytest.raises(NotMoved, match=message):
        await move(source, target, "a", START, silent)
    with pytest.raises(CannotOpen):
        await require_whole(target, START)


async def test_the_command_says_what_it_did_and_what_comes_next(
    source_url: str, new_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HOMEPLAN_DATABASE_URL", source_url)
    monkeypatch.setenv("HOMEPLAN_AUDIT_KEY", SECRET)
    assert await asyncio.to_thread(main, ["move-to", new_url]) == 0
    printed = capsys.readouterr()
    assert "copied patients: 5" in printed.err
    assert "each one compared" in printed.out
    assert printed.out.count("events intact") == len(re.findall("audit of", printed.out)) > 0
    assert printed.out.endswith("Keep the SQLite file as a backup.\n")

    assert await asyncio.to_thread(main, ["move-to", new_url]) == 1
    assert "has clinics already" in capsys.readouterr().err
    assert await asyncio.to_thread(main, ["move-to", "sqlite:///other.sqlite"]) == 1
    assert "from SQLite" in capsys.readouterr().err
    assert await asyncio.to_thread(main, ["move-to", "mysql://somewhere"]) == 1
    assert "begins with" in capsys.readouterr().err
