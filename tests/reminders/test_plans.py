"""No statement of reminders reads a table from end to end, on either engine."""

import re
from types import ModuleType
from typing import Any

import pytest

from homeplan.db import Database, Tx
from homeplan.reminders import facts, incidents, ledger, occurrences, queue, store

MODULES: tuple[ModuleType, ...] = (store, queue, occurrences, facts, ledger, incidents)

NUMBERS = {
    "now", "most", "due_at", "asked_at", "later", "anew", "since_ms", "slot", "until", "weekdays", "planned", "nth",
    "second_chance_minutes", "enabled_at", "deadline_at", "daily_cap", "times",
}  # fmt: skip
LISTS = {"ids", "patient_ids", "days", "names"}

STATEMENTS = {
    f"{module.__name__.rsplit('.', 1)[-1]}.{name}": text
    for module in MODULES
    for name, text in vars(module).items()
    if name.isupper()
    and not name.startswith("_")
    and isinstance(text, str)
    and text.split()[0] in ("SELECT", "UPDATE", "DELETE", "INSERT", "WITH")
}


def parameters(name: str, sql: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for parameter in re.findall(r"(?<![:\w]):([a-z_]+)", sql):
        if parameter in LISTS:
            found[parameter] = ["a", "b"]
        elif parameter in NUMBERS or (parameter == "since" and "decided_at" in sql):
            found[parameter] = 1
        else:
            found[parameter] = "a"
    return found


def test_there_are_statements_to_look_at() -> None:
    assert len(STATEMENTS) > 20


@pytest.mark.parametrize("name", sorted(STATEMENTS))
async def test_reads_by_an_index(db: Database, name: str) -> None:
    async def explain(tx: Tx) -> list[str]:
        sql = STATEMENTS[name].replace("{skip_locked}", tx.skip_locked)
        if db.engine == "sqlite":
            rows = await tx.fetch(f"EXPLAIN QUERY PLAN {sql}", **parameters(name, sql))
            return [row["detail"] for row in rows]
        await tx.execute("SET LOCAL enable_seqscan = off")  # the tables are empty: ask whether an index would do
        rows = await tx.fetch(f"EXPLAIN {sql}", **parameters(name, sql))
        return [row["QUERY PLAN"] for row in rows]

    steps = await db.write(explain)

    full = [step for step in steps if step.startswith("SCAN ") or "Seq Scan" in step]
    allowed = ("SCAN due", "SCAN CONSTANT ROW", "SCAN (subquery")
    assert [step for step in full if not step.startswith(allowed) and "INDEX" not in step] == [], "\n".join(steps)
