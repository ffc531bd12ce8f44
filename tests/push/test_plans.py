"""No statement of push walks through a whole table."""

import re
from typing import Any

import pytest

from homeplan.db import Database
from homeplan.push.store import deliveries, devices

STATEMENTS = {
    f"{module.__name__.rsplit('.', 1)[-1]}.{name}": text
    for module in (deliveries, devices)
    for name, text in vars(module).items()
    if name.isupper() and isinstance(text, str) and re.search(r"\b(SELECT|UPDATE)\b", text)
}


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)  # PostgreSQL plans by the size of its tables
@pytest.mark.parametrize("name", sorted(STATEMENTS))
async def test_every_statement_uses_an_index(db: Database, name: str) -> None:
    sql = STATEMENTS[name].format(skip_locked="")
    params: dict[str, Any] = dict.fromkeys(re.findall(r":(\w+)", sql), 1)
    plan = [row["detail"] for row in await db.read(lambda tx: tx.fetch(f"EXPLAIN QUERY PLAN {sql}", **params))]
    whole = [step for step in plan if step.startswith("SCAN") and step not in ("SCAN due", "SCAN CONSTANT ROW")]
    assert [step for step in whole if "INDEX" not in step] == []
