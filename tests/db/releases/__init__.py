"""A small database of each schema that was released: rows of every table as INSERT statements.

`python -m tests.db.releases` makes the file of the newest migration.
"""

import re
import shutil
from pathlib import Path

from homeplan.db import Database, Row, Tx

FOLDER = Path(__file__).parent

FILLED_BY_TRIGGERS = {
    "audit_unsealed": ("audit_unsealed",),
    "reviews_due": ("reviews_due",),
    "plan_versions": ("plan_versions",),
    "worklist": ("worklist",),
    "reminders": ("reminder_due", "reminders"),
    "messages": ("messages",),
    "duty_checks": ("duty_checks",),
    "escalations": ("escalations",),
}
"""Tables into which rows of other tables are copied, each with what is emptied before its own rows come."""

_STATEMENTS = re.compile(r";\n(?=INSERT |DELETE )")
"""Between two statements; a text may have lines."""

SECRET = "the audit key of the kept databases"

MEANT_TO_CHANGE = {"sign_ins": {"revoked_at"}, "staff": {"role"}}
"""Columns that a migration changes: the second factor signs staff out, the first administrator becomes the owner."""

SELECT_SEQUENCE = "SELECT setval(pg_get_serial_sequence('audit_events', 'seq'), (SELECT MAX(seq) FROM audit_events))"


def kept() -> dict[int, Path]:
    """The files by the number of their newest migration."""
    return {int(path.stem): path for path in sorted(FOLDER.glob("*.sql"))}


def migrations_up_to(version: int, folder: Path) -> Path:
    """A folder with the migrations of an older version."""
    folder.mkdir(parents=True, exist_ok=True)
    shipped = Path(__file__).parents[3] / "migrations"
    for path in shipped.glob("*.sql"):
        if int(path.name[:4]) <= version:
            shutil.copyfile(path, folder / path.name)
    return folder


async def load(db: Database, path: Path) -> None:
    """Insert the rows of a file into a database of its schema."""
    statements = _STATEMENTS.split(_text(path).strip())

    async def work(tx: Tx) -> None:
        for statement in statements:
            await tx.execute(statement)
        if db.engine == "postgresql":
            await tx.fetch_value(SELECT_SEQUENCE)

    await db.write(work)


async def dump(db: Database, tables: list[str]) -> list[str]:
    """The statements that insert the rows of these tables, in their order."""

    async def work(tx: Tx) -> list[str]:
        lines = []
        for table in tables:
            lines += [f"DELETE FROM {each};" for each in FILLED_BY_TRIGGERS.get(table, ())]
            rows = await tx.fetch(f"SELECT * FROM {table}")
            assert rows, f"{table} is empty"
            lines += [_insert(table, row) for row in rows]
        return lines

    return await db.read(work)


def rows_by_table(path: Path) -> dict[str, int]:
    """The number of rows that the file inserts into each table."""
    tables = re.findall(r"^INSERT INTO (\w+)", _text(path), re.MULTILINE)
    return {table: tables.count(table) for table in tables}


def _text(path: Path) -> str:
    return path.read_text("utf-8")


def _insert(table: str, row: Row) -> str:
    values = ", ".join(_literal(value) for value in dict(row).values())
    return f"INSERT INTO {table} ({', '.join(dict(row))}) VALUES ({values});"


def _literal(value: str | int | float | None) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return repr(value)
