"""Failures of a database: nobody waits for ever, every answer is documented, and it recovers by itself."""

import asyncio
import os
import stat
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from homeplan.commands import database as commands
from homeplan.db import CannotOpen, Database, OutOfReach, Tx, open_database
from homeplan.db.sqlite import SqliteDatabase
from homeplan.errors import Unavailable
from homeplan.settings import Settings
from tests.waiting import until


async def _one(tx: Tx) -> int:
    return int(await tx.fetch_value("SELECT 1"))


@pytest.fixture
async def file(tmp_path: Path) -> AsyncIterator[SqliteDatabase]:
    opened = await SqliteDatabase.open(tmp_path / "edges.sqlite")
    yield opened
    await opened.close()


@pytest.fixture
async def server(postgres_url: str) -> AsyncIterator[Database]:
    opened = await open_database(postgres_url)
    yield opened
    await opened.close()


async def test_when_the_writer_ends_nobody_waits_and_the_process_is_told(
    file: SqliteDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def dies(_: Any) -> None:
        raise RuntimeError("on purpose")

    monkeypatch.setattr(file, "_commit_group", dies)
    under_way = [asyncio.create_task(file.write(_one)) for _ in range(3)]
    assert "RuntimeError" in await asyncio.wait_for(file.until_broken(), 5)
    for write in under_way:
        with pytest.raises(Unavailable):
            await asyncio.wait_for(write, 5)
    with pytest.raises(Unavailable):
        await asyncio.wait_for(file.write(_one), 5)
    assert await file.read(_one) == 1, "what only reads goes on"


async def test_the_files_are_nobody_elses_from_the_first_moment(file: SqliteDatabase, tmp_path: Path) -> None:
    await file.write(lambda tx: tx.execute("CREATE TABLE note (id TEXT)"))
    found = {entry.name: stat.S_IMODE(entry.stat().st_mode) for entry in os.scandir(tmp_path)}
    assert set(found) >= {"edges.sqlite", "edges.sqlite-wal", "edges.sqlite-shm"}
    assert set(found.values()) == {0o600}


async def test_after_an_operators_analyze_statements_are_still_planned_once(tmp_path: Path) -> None:
    async def analyzed(tx: Tx) -> None:
        await tx.execute("CREATE TABLE note (id TEXT PRIMARY KEY)")
        await tx.execute_many("INSERT INTO note (id) VALUES (:id)", [{"id": str(number)} for number in range(100)])
        await tx.execute("ANALYZE")

    opened = await SqliteDatabase.open(tmp_path / "edges.sqlite")
    await opened.write(analyzed)
    await opened.close()
    opened = await SqliteDatabase.open(tmp_path / "edges.sqlite")
    found = await opened.read(lambda tx: tx.fetch("SELECT name FROM sqlite_schema WHERE name LIKE 'sqlite_stat%'"))
    await opened.close()
    assert [row["name"] for row in found] == ["sqlite_stat1"], "its counts stay, its samples do not"


async def test_after_an_operators_analyze_no_value_changes_the_plan_of_a_statement(tmp_path: Path) -> None:
    async def analyzed(tx: Tx) -> None:
        await tx.execute("CREATE TABLE note (kind TEXT, place TEXT)")
        rows = [{"kind": "usual", "place": f"{number % 40}"} for number in range(4000)]
        await tx.execute_many(
            "INSERT INTO note (kind, place) VALUES (:kind, :place)", [*rows, {"kind": "rare", "place": "0"}]
        )
        await tx.execute("CREATE INDEX by_kind ON note (kind)")
        await tx.execute("CREATE INDEX by_place ON note (place)")
        await tx.execute("ANALYZE")

    async def plan(tx: Tx, kind: str) -> str:
        sql = "EXPLAIN QUERY PLAN SELECT COUNT(*) FROM note WHERE kind = :kind AND place = :place"
        return str((await tx.fetch(sql, kind=kind, place="0"))[0]["detail"])

    opened = await SqliteDatabase.open(tmp_path / "edges.sqlite")
    await opened.write(analyzed)
    await opened.close()
    opened = await SqliteDatabase.open(tmp_path / "edges.sqlite")
    kinds = ("usual", "rare")
    writing = [await opened.write(partial(plan, kind=kind)) for kind in kinds]
    reading = [await opened.read(partial(plan, kind=kind)) for kind in kinds]
    await opened.close()
    assert len({*writing, *reading}) == 1


async def test_a_server_that_became_a_standby_is_left_at_once(server: Database, postgres_url: str) -> None:
    assert await server.write(_one) == 1
    admin = await asyncpg.connect(postgres_url)
    try:
        await admin.execute("ALTER DATABASE postgres SET default_transaction_read_only = on")
        await _end_others(admin)
        with pytest.raises(Unavailable) as refused:
            await server.write(lambda tx: tx.execute("CREATE TABLE never (id TEXT)"))
        assert refused.value.retry_after_s == 5
    finally:
        await admin.execute("ALTER DATABASE postgres RESET default_transaction_read_only")
        await admin.close()
    refused_again = 0
    for _ in range(12):  # more than the pool holds
        try:
            await server.write(lambda tx: tx.execute("CREATE TEMPORARY TABLE here (id TEXT) ON COMMIT DROP"))
        except Unavailable:  # a connection that the pool opened meanwhile believes to be on a standby, and is dropped
            refused_again += 1
    assert refused_again <= 1


async def test_of_all_ended_connections_one_request_is_refused_and_no_other(
    server: Database, postgres_url: str
) -> None:
    await asyncio.gather(*(server.write(lambda tx: tx.fetch_value("SELECT pg_sleep(0.05)")) for _ in range(10)))
    admin = await asyncpg.connect(postgres_url)
    await _end_others(admin)
    await admin.close()
    refused = 0
    for _ in range(12):
        try:
            assert await server.read(_one) == 1
        except Unavailable:
            refused += 1
    assert refused <= 1


async def test_behind_a_pooler_no_statement_is_prepared(postgres_url: str) -> None:
    named = "SELECT count(*) FROM pg_prepared_statements"
    kept = {}
    for pooler in (None, "transaction"):
        opened = await open_database(postgres_url, pooler=pooler)
        await opened.read(_one)
        kept[pooler] = await opened.read(lambda tx: tx.fetch_value(named))
        await opened.close()
    assert kept[None] > 0
    assert kept["transaction"] == 0


async def test_a_database_that_is_not_utf_8_is_refused_in_a_sentence(postgres_url: str) -> None:
    admin = await asyncpg.connect(postgres_url)
    await admin.execute("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
    try:
        with pytest.raises(CannotOpen, match="encoding is LATIN1; create it with ENCODING 'UTF8'"):
            await open_database(postgres_url.rsplit("/", 1)[0] + "/latin")
    finally:
        await admin.execute("DROP DATABASE latin")
        await admin.close()


async def test_what_stays_running_waits_for_its_database(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    tries = []

    async def away_twice(url: str, **options: Any) -> Database:
        tries.append(url)
        if len(tries) < 3:
            raise OutOfReach("PostgreSQL cannot be reached")
        return await open_database(f"sqlite:///{tmp_path}/there.sqlite")

    monkeypatch.setattr(commands, "open_database", away_twice)
    monkeypatch.setattr(commands, "FIRST_WAIT_S", 0.0)
    settings = Settings(database_url="postgresql://homeplan@127.0.0.1:1/homeplan")
    async with commands.migrated_database(settings, wait=True) as db:
        assert await db.read(_one) == 1
    assert len(tries) == 3
    assert "trying again" in caplog.text
    tries.clear()
    with pytest.raises(CannotOpen):
        async with commands.migrated_database(settings):
            pass


async def test_several_hosts_are_tried_in_turn(postgres_url: str) -> None:
    alive = postgres_url.split("@")[1].split("/")[0]
    url = f"postgresql://homeplan@127.0.0.1:1,{alive}/postgres?target_session_attrs=read-write"
    opened = await open_database(url)
    try:
        assert await opened.write(_one) == 1
    finally:
        await opened.close()


async def _end_others(admin: Any) -> None:
    """End all other connections, and wait until they have ended: a backend finishes what it does first."""
    ended = await admin.fetch(
        "SELECT pid, pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
    )
    pids = [row["pid"] for row in ended]
    remain = "SELECT COUNT(*) FROM pg_stat_activity WHERE pid = ANY($1::int[])"

    async def are_gone() -> bool:
        return bool(await admin.fetchval(remain, pids) == 0)

    await until(are_gone, "the end of the other connections")
