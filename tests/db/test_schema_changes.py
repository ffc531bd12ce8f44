"""A table that others refer to can change, and an index is built beside writers, on both engines."""

import json
from pathlib import Path
from typing import TypeVar, cast

import pytest

from homeplan.db import Database, MigrationFailed, Tx, Violated, migrate, open_database
from homeplan.db.base import Work
from tests.world import START

T = TypeVar("T")

FIRST = """
CREATE TABLE owner (id TEXT PRIMARY KEY, kind TEXT NOT NULL CHECK (kind IN ('cat', 'dog')), note TEXT);
CREATE TABLE pet (id TEXT PRIMARY KEY, owner_id TEXT NOT NULL REFERENCES owner (id));
CREATE TABLE notes (what TEXT NOT NULL);
CREATE UNIQUE INDEX owner_by_note ON owner (note);

-- engine: sqlite
CREATE TRIGGER owner_noted AFTER UPDATE ON owner BEGIN INSERT INTO notes (what) VALUES (NEW.id); END;
-- engine: sqlite
CREATE TRIGGER pet_told AFTER INSERT ON pet BEGIN
  INSERT INTO notes (what) SELECT kind FROM owner WHERE id = NEW.owner_id;
END;
"""
SECOND = """
-- rebuild
CREATE TABLE owner (id TEXT PRIMARY KEY, kind TEXT NOT NULL, since BIGINT NOT NULL DEFAULT 7, note TEXT);

-- engine: postgresql
ALTER TABLE owner DROP CONSTRAINT owner_kind_check;
-- engine: postgresql
ALTER TABLE owner ADD COLUMN since BIGINT NOT NULL DEFAULT 7;
"""
ROWS = (
    "INSERT INTO owner (id, kind, note) VALUES ('ana', 'cat', 'first'), ('bo', 'dog', 'second')",
    "INSERT INTO pet (id, owner_id) VALUES ('tom', 'ana'), ('rex', 'bo')",
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "migrations"
    path.mkdir()
    (path / "0001_first.sql").write_text(FIRST)
    return path


async def _fill(db: Database, folder: Path) -> None:
    await migrate(db, START, folder)
    for sql in ROWS:
        await db.write(lambda tx, sql=sql: tx.execute(sql))  # type: ignore[misc]


class Overtaken:
    """A database that another process migrates just before the second transaction."""

    def __init__(self, db: Database, folder: Path):
        self._db, self._folder, self._writes = db, folder, 0
        self.engine = db.engine

    async def write(self, work: Work[T], /) -> T:
        self._writes += 1
        if self._writes == 2:
            assert await migrate(self._db, START, self._folder) == ["first"]
        return await self._db.write(work)


async def test_a_migration_that_another_process_applied_meanwhile_is_not_applied_again(
    empty: Database, folder: Path
) -> None:
    assert await migrate(cast(Database, Overtaken(empty, folder)), START, folder) == []


async def test_a_table_that_others_refer_to_changes_with_its_rows_keys_indexes_and_triggers(
    empty: Database, folder: Path
) -> None:
    await _fill(empty, folder)
    (folder / "0002_second.sql").write_text(SECOND)
    assert await migrate(empty, START, folder) == ["second"]

    async def read_rows(tx: Tx) -> str:
        return json.dumps([dict(row) for row in await tx.fetch("SELECT id, kind, since, note FROM owner ORDER BY id")])

    assert json.loads(await empty.read(read_rows)) == [
        {"id": "ana", "kind": "cat", "since": 7, "note": "first"},
        {"id": "bo", "kind": "dog", "since": 7, "note": "second"},
    ]
    await empty.write(lambda tx: tx.execute("INSERT INTO owner (id, kind) VALUES ('cy', 'parrot')"))
    with pytest.raises(Violated):
        await empty.write(lambda tx: tx.execute("INSERT INTO pet (id, owner_id) VALUES ('kit', 'nobody')"))
    with pytest.raises(Violated):
        await empty.write(lambda tx: tx.execute("DELETE FROM owner WHERE id = 'ana'"))
    with pytest.raises(Violated):
        await empty.write(lambda tx: tx.execute("INSERT INTO owner (id, kind, note) VALUES ('di', 'cat', 'first')"))
    if empty.engine == "sqlite":
        await empty.write(lambda tx: tx.execute("UPDATE owner SET note = 'third' WHERE id = 'bo'"))
        await empty.write(lambda tx: tx.execute("INSERT INTO pet (id, owner_id) VALUES ('kit', 'cy')"))
        notes = await empty.read(lambda tx: tx.fetch("SELECT what FROM notes ORDER BY rowid"))
        assert [row["what"] for row in notes] == ["cat", "dog", "bo", "parrot"]


async def test_a_rebuild_that_leaves_a_row_without_its_owner_is_undone(tmp_path: Path, folder: Path) -> None:
    db = await open_database(f"sqlite:///{tmp_path}/undone.sqlite")
    await _fill(db, folder)
    (folder / "0002_second.sql").write_text(SECOND + "-- engine: sqlite\nDELETE FROM owner WHERE id = 'ana';\n")
    with pytest.raises(MigrationFailed, match="a row refers to one that the migration removed"):
        await migrate(db, START, folder)
    assert await db.read(lambda tx: tx.fetch_value("SELECT count(*) FROM owner")) == 2
    with pytest.raises(Violated):
        await db.write(lambda tx: tx.execute("INSERT INTO owner (id, kind) VALUES ('cy', 'parrot')"))
    await db.close()


async def test_an_index_is_built_beside_writers_and_again_when_its_build_was_cut_off(
    empty: Database, folder: Path
) -> None:
    await _fill(empty, folder)
    (folder / "0002_kinds.sql").write_text("-- concurrent\nCREATE INDEX owner_by_kind ON owner (kind);\n")
    if empty.engine == "postgresql":  # what a build that was cut off leaves behind
        await empty.build_index("owner_by_kind", "CREATE INDEX owner_by_kind ON owner (kind)")
        await empty.write(
            lambda tx: tx.execute("UPDATE pg_index SET indisvalid = FALSE WHERE indexrelid = 'owner_by_kind'::regclass")
        )
    assert await migrate(empty, START, folder) == ["kinds"]
    assert await migrate(empty, START, folder) == []
    found = (
        "SELECT count(*) FROM sqlite_master WHERE name = 'owner_by_kind'"
        if empty.engine == "sqlite"
        else "SELECT count(*) FROM pg_index WHERE indexrelid = 'owner_by_kind'::regclass AND indisvalid"
    )
    assert await empty.read(lambda tx: tx.fetch_value(found)) == 1
