"""Migrations are applied once, in order; a schema that does not belong to this program is refused."""

from pathlib import Path

import pytest

from homeplan.db import Database, MigrationFailed, SchemaMismatch, migrate, open_database
from homeplan.db.migration_file import Migration, known_migrations
from tests.world import START


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "migrations"
    path.mkdir()
    (path / "0001_first.sql").write_text("CREATE TABLE a (id TEXT);\n")
    return path


@pytest.fixture
async def fresh(tmp_path: Path):  # type: ignore[no-untyped-def]
    db = await open_database(f"sqlite:///{tmp_path}/fresh.sqlite")
    yield db
    await db.close()


async def test_each_migration_is_applied_once(fresh: Database, folder: Path) -> None:
    assert await migrate(fresh, START, folder) == ["first"]
    (folder / "0002_second.sql").write_text("CREATE TABLE b (id TEXT);\n")
    assert await migrate(fresh, START, folder) == ["second"]
    assert await migrate(fresh, START, folder) == []


async def test_a_migration_that_fails_leaves_nothing_behind(fresh: Database, folder: Path) -> None:
    (folder / "0002_second.sql").write_text("CREATE TABLE b (id TEXT);\nCREATE TABLE a (id TEXT);\n")
    with pytest.raises(MigrationFailed, match=r"0002 \(second\) cannot be applied: .*already exists.*as it was before"):
        await migrate(fresh, START, folder)
    (folder / "0002_second.sql").write_text("CREATE TABLE b (id TEXT);\n")
    assert await migrate(fresh, START, folder) == ["second"]


async def test_a_newer_schema_is_refused(fresh: Database, folder: Path) -> None:
    (folder / "0002_second.sql").write_text("CREATE TABLE b (id TEXT);\n")
    await migrate(fresh, START, folder)
    (folder / "0002_second.sql").unlink()
    with pytest.raises(SchemaMismatch, match=r"0002 \(second\).*newer"):
        await migrate(fresh, START, folder)


async def test_an_altered_migration_is_refused(fresh: Database, folder: Path) -> None:
    await migrate(fresh, START, folder)
    (folder / "0001_first.sql").write_text("CREATE TABLE a (id TEXT, more TEXT);\n")
    with pytest.raises(SchemaMismatch, match="changed after it was applied"):
        await migrate(fresh, START, folder)


async def test_a_database_of_a_trial_version_is_refused_in_a_sentence(fresh: Database, folder: Path) -> None:
    (folder / "0001_first.sql").rename(folder / "0001_accounts.sql")
    await migrate(fresh, START, folder)
    (folder / "0001_accounts.sql").rename(folder / "0001_first.sql")
    with pytest.raises(SchemaMismatch, match=r"trial version.*homeplan demo --fresh"):
        await migrate(fresh, START, folder)


async def test_a_gap_in_the_numbers_is_refused(folder: Path) -> None:
    (folder / "0003_third.sql").write_text("CREATE TABLE c (id TEXT);\n")
    with pytest.raises(SchemaMismatch, match="without gaps"):
        known_migrations(folder)


def _sql(migration: Migration, engine: str) -> list[str]:
    return [statement.sql for statement in migration.statements(engine)]


WHY = "-- why there are two:\n\n"


def test_a_statement_marked_for_one_engine_stays_with_it() -> None:
    migration = Migration(
        1,
        "marked",
        "CREATE TABLE a (id TEXT);\n-- why there are two:\n\n-- engine: sqlite\nCREATE TABLE b (id TEXT);\n"
        "-- engine: postgresql\nCREATE FUNCTION f() RETURNS INT AS $$ BEGIN\n RETURN 1;\nEND; $$ LANGUAGE plpgsql;\n",
    )
    assert [s.split("(")[0] for s in _sql(migration, "sqlite")] == ["CREATE TABLE a ", WHY + "CREATE TABLE b "]
    assert [s.split("(")[0] for s in _sql(migration, "postgresql")] == ["CREATE TABLE a ", "CREATE FUNCTION f"]


def test_an_apostrophe_in_a_comment_opens_nothing() -> None:
    sql = "-- the patient's own\n-- engine: postgresql\n-- it isn't SQLite's\nCREATE TABLE a (id TEXT);\nSELECT 1;\n"
    migration = Migration(1, "apostrophes", sql)
    assert len(_sql(migration, "postgresql")) == 2
    assert len(_sql(migration, "sqlite")) == 1


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("-- rebuild\nDROP TABLE a;\n", "something else than it is for"),
        ("-- concurrent\nCREATE TABLE a (id TEXT);\n", "something else than it is for"),
        ("-- concurrent\nCREATE INDEX i ON a (id);\nDROP TABLE b;\n", "put them into a file"),
    ],
)
def test_a_marker_above_the_wrong_statement_is_refused(sql: str, message: str) -> None:
    with pytest.raises(SchemaMismatch, match=message):
        Migration(1, "wrong", sql).statements("sqlite")


async def test_the_shipped_migrations_apply_to_both_engines(db: Database) -> None:
    assert await migrate(db, START) == []


def test_a_trigger_of_postgresql_ends_at_its_semicolon() -> None:
    migration = Migration(1, "t", "-- engine: postgresql\nCREATE TRIGGER x AFTER UPDATE ON a EXECUTE FUNCTION f();\n")
    assert len(_sql(migration, "postgresql")) == 1
    assert _sql(migration, "sqlite") == []


def test_a_file_that_ends_in_the_middle_of_a_statement_is_refused() -> None:
    with pytest.raises(SchemaMismatch, match="ends in the middle"):
        Migration(1, "cut", "CREATE TABLE a (id TEXT").statements("sqlite")
