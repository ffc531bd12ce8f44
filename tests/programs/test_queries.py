"""Every query of programs uses an index, so that its cost depends on the patient, never on the clinic."""

import importlib
import pkgutil
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from homeplan.db import Database, migrate, open_database
from homeplan.programs import store
from tests.world import START

QUERIES = {
    name: sql
    for module in pkgutil.iter_modules(store.__path__, store.__name__ + ".")
    for name, sql in vars(importlib.import_module(module.name)).items()
    if name.isupper() and isinstance(sql, str) and re.match(r"\s*(SELECT|UPDATE|DELETE)", sql)
}


@pytest.fixture(scope="module")
async def empty(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Database]:
    """An empty database on SQLite, which plans by the schema alone; PostgreSQL scans every empty table."""
    folder: Path = tmp_path_factory.mktemp("queries")
    db = await open_database(f"sqlite:///{folder / 'empty.sqlite'}")
    await migrate(db, START)
    yield db
    await db.close()


@pytest.mark.parametrize("name", sorted(QUERIES))
async def test_no_query_scans_a_table(empty: Database, name: str) -> None:
    sql = QUERIES[name]
    params = dict.fromkeys(re.findall(r":(\w+)", sql), "x")
    plan = await empty.write(lambda tx: tx.fetch("EXPLAIN QUERY PLAN " + sql, **params))
    steps = [row["detail"] for row in plan]
    assert steps
    assert not [step for step in steps if step.startswith("SCAN")], steps
