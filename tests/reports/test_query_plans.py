"""Alerts and check-ins find their rows by an index, and by the patient where a patient is given."""

import re
from pathlib import Path
from types import ModuleType

from homeplan.alerts.store import alerts, repeats
from homeplan.checkins.store import checkins, pauses, reviews, safety, scores
from homeplan.db import Tx, migrate, open_database
from homeplan.reports.worklist import store as worklist
from tests.world import START

MODULES: tuple[ModuleType, ...] = (alerts, repeats, checkins, pauses, reviews, safety, scores, worklist)
STATEMENTS = {
    f"{module.__name__}.{name}": value
    for module in MODULES
    for name, value in vars(module).items()
    if name.isupper() and isinstance(value, str) and value.lstrip().startswith(("SELECT", "UPDATE", "DELETE"))
} | {f"worklist by {key}": sql for key, sql in worklist.SELECT_PAGES.items()}


async def plans(path: Path) -> dict[str, list[str]]:
    db = await open_database(f"sqlite:///{path}")
    await migrate(db, START)

    async def read(tx: Tx) -> dict[str, list[str]]:
        found = {}
        for name, sql in STATEMENTS.items():
            unset = dict.fromkeys(re.findall(r":(\w+)", sql), 1)
            found[name] = [row["detail"] for row in await tx.fetch(f"EXPLAIN QUERY PLAN {sql}", **unset)]
        return found

    try:
        return await db.write(read)
    finally:
        await db.close()


async def test_no_statement_walks_through_a_table(tmp_path: Path) -> None:
    found = await plans(tmp_path / "schema.sqlite")
    assert len(found) > 20
    assert [(name, step) for name, steps in found.items() for step in steps if step.startswith("SCAN")] == []


async def test_where_a_patient_is_given_the_index_goes_by_the_patient(tmp_path: Path) -> None:
    found = await plans(tmp_path / "schema.sqlite")
    for name, sql in STATEMENTS.items():
        if ":patient_id" in sql:
            first = next(step for step in found[name] if step.startswith("SEARCH"))
            assert "patient_id=?" in first or "id=?" in first, (name, first)
