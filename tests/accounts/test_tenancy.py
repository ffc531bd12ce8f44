"""The schema of all features keeps the clinics apart: read from the database itself."""

from pathlib import Path

import pytest

from homeplan.db import Database, Tx, migrate, open_database
from tests.world import START

OF_NO_CLINIC = {"schema_migration", "store_facts", "passkey_challenges"}


@pytest.fixture
async def schema(tmp_path: Path):  # type: ignore[no-untyped-def]
    db = await open_database(f"sqlite:///{tmp_path}/schema.sqlite")
    await migrate(db, START)
    yield db
    await db.close()


async def tables(tx: Tx) -> list[str]:
    rows = await tx.fetch("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    return [row["name"] for row in rows if row["name"] not in OF_NO_CLINIC and not row["name"].startswith("sqlite_")]


async def test_every_table_says_whose_its_rows_are(schema: Database) -> None:
    async def without_clinic(tx: Tx) -> list[str]:
        found = []
        for table in await tables(tx):
            columns = {row["name"]: row for row in await tx.fetch(f"PRAGMA table_info({table})")}
            if "clinic_id" not in columns or not columns["clinic_id"]["notnull"]:
                found.append(table)
        return found

    assert await schema.read(tables)
    assert await schema.read(without_clinic) == []


async def test_every_foreign_key_stays_in_the_clinic(schema: Database) -> None:
    async def crossing(tx: Tx) -> list[str]:
        found = []
        for table in await tables(tx):
            keys: dict[int, list[tuple[str, str]]] = {}
            for row in await tx.fetch(f"PRAGMA foreign_key_list({table})"):
                keys.setdefault(row["id"], []).append((row["from"], row["to"]))
            found += [f"{table}: {pairs}" for pairs in keys.values() if ("clinic_id", "clinic_id") not in pairs]
        return found

    assert await schema.read(crossing) == []
