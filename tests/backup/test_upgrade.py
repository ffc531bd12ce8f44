"""A database of an older schema is backed up before it is upgraded, or it is left as it is."""

from datetime import timedelta
from pathlib import Path

import pytest
from msgspec import structs
from pyrage import x25519

from homeplan.backup import copies, rules
from homeplan.backup.upgrade import NotUpgraded, upgrade
from homeplan.db import MigrationFailed, SchemaMismatch, migrate, open_database, schema_of
from tests.backup.running import DATABASE, command
from tests.backup.upgrading import NEWEST, Old, make_old, path_with_postgres, read_rows
from tests.conftest import FakeClock
from tests.db.conftest import new_url
from tests.db.releases import SECRET, migrations_up_to
from tests.world import START

__all__ = ["new_url"]

BEFORE = 16


@pytest.fixture
async def old(tmp_path: Path) -> Old:
    """A clinic's database of an older schema; no folder of backups is set."""
    return await make_old(f"sqlite:///{tmp_path / DATABASE}", BEFORE, tmp_path)


def backups(folder: Path) -> list[Path]:
    return sorted(file.with_suffix("") for file in folder.glob("homeplan-*.json"))


async def is_as_it_was(old: Old) -> bool:
    """Whether the version from before can use the database, with all its rows."""
    db = await open_database(old.url)
    try:
        applied = await migrate(db, START, migrations_up_to(old.version, old.folder / "then"))
        return applied == [] and await read_rows(db, list(old.rows)) == old.rows
    finally:
        await db.close()


async def schema(old: Old) -> int:
    db = await open_database(old.url)
    try:
        return (await schema_of(db)).applied
    finally:
        await db.close()


async def upgrade_it(old: Old, **settings: str) -> None:
    db = await open_database(old.url)
    try:
        await upgrade(db, structs.replace(old.settings, **settings), FakeClock(), lambda _: None)
    finally:
        await db.close()


async def test_any_command_backs_up_beside_the_database_and_says_so(old: Old) -> None:
    ended = command(old.folder, "audit", "verify", audit_key=SECRET)
    assert ended.returncode == 0, ended.stderr
    [backup] = backups(old.folder / f"{DATABASE}.before-upgrade")
    assert backup.name.startswith(f"homeplan-upgrade-from-{BEFORE:04d}-")
    assert f"backed up and verified: {backup}" in ended.stderr
    assert f"upgraded to schema {NEWEST:04d}" in ended.stderr
    assert backup.stat().st_mode & 0o077 == backup.parent.stat().st_mode & 0o077 == 0
    assert command(old.folder, "verify", str(backup)).returncode == 0
    again = command(old.folder, "migrate")
    assert (again.stdout, again.stderr) == ("The database is up to date.\n", "")
    assert backups(backup.parent) == [backup]


async def test_the_backup_from_before_is_restored_by_the_new_version_too(old: Old) -> None:
    assert command(old.folder, "migrate").returncode == 0
    [backup] = backups(old.folder / f"{DATABASE}.before-upgrade")
    ended = command(old.folder, "restore", str(backup), audit_key=SECRET)
    assert ended.returncode == 0, ended.stderr
    trails = command(old.folder, "audit", "verify", audit_key=SECRET)
    assert (trails.returncode, "events intact" in trails.stdout) == (0, True)
    assert await schema(old) == NEWEST


async def test_the_version_from_before_refuses_the_upgraded_database_and_takes_the_backup(old: Old) -> None:
    assert command(old.folder, "migrate").returncode == 0
    [backup] = backups(old.folder / f"{DATABASE}.before-upgrade")
    with pytest.raises(SchemaMismatch, match=r"newer one.*homeplan restore FILE.*homeplan-upgrade-from-"):
        await is_as_it_was(old)
    for file in old.folder.glob(f"{DATABASE}*"):
        if file.is_file():
            file.unlink()
    copies.take_out(backup, None, old.folder / DATABASE)
    assert await is_as_it_was(old)


async def test_a_full_disk_refuses_the_upgrade_and_changes_nothing(old: Old) -> None:
    largest = (old.folder / DATABASE).stat().st_size // 2
    ended = command(old.folder, "migrate", largest_file=largest)
    assert ended.returncode == 1
    assert "was not upgraded to" in ended.stderr
    assert "could not be backed up first: the copy cannot be written" in ended.stderr
    assert "go on with the version that you used until now" in ended.stderr
    assert backups(old.folder / f"{DATABASE}.before-upgrade") == []
    assert await is_as_it_was(old)


async def test_a_disk_without_room_is_told_before_a_byte_is_written(old: Old, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("homeplan.backup.upgrade._free_bytes", lambda _: 0)
    with pytest.raises(NotUpgraded, match=r"has 0 MB of room, and \d+ MB are needed"):
        await upgrade_it(old, backup_dir=str(old.folder / "kept"))
    assert not (old.folder / "kept").exists()
    assert await is_as_it_was(old)


async def test_a_folder_that_cannot_be_made_refuses_the_upgrade(old: Old) -> None:
    (old.folder / "file").touch()
    ended = command(old.folder, "serve", "--port", "0", backup_dir=f"{old.folder}/file/backups")
    assert ended.returncode == 1
    assert f"Not a directory: {old.folder}/file/backups" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert await is_as_it_was(old)


async def test_an_operator_with_a_backup_upgrades_without_another(old: Old) -> None:
    (old.folder / "file").touch()
    ended = command(old.folder, "migrate", "--backed-up", backup_dir=f"{old.folder}/file/backups")
    assert ended.returncode == 0, ended.stderr
    assert await schema(old) == NEWEST


async def test_the_backup_before_an_upgrade_is_encrypted_where_backups_are(old: Old, tmp_path: Path) -> None:
    identity = x25519.Identity.generate()
    (tmp_path / "backup.key").write_text(str(identity))
    await upgrade_it(old, backup_public_key=str(identity.to_public()))
    [backup] = backups(old.folder / "backups")
    assert backup.suffix == ".age"
    assert copies.verify(backup, tmp_path / "backup.key").is_opened
    assert not list((old.folder / "backups").glob("*partial*"))


async def test_a_migration_that_fails_names_the_way_back(
    old: Old, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = migrations_up_to(NEWEST, old.folder / "broken")
    last = next(folder.glob(f"{NEWEST:04d}_*.sql"))
    last.write_text("INSERT INTO nowhere (id) VALUES (1);\n")
    monkeypatch.setattr("homeplan.db.migration_file._shipped", lambda: folder)
    with pytest.raises(MigrationFailed, match=r"cannot be applied.*restore /\S+from-0016\S+ with its") as failed:
        await upgrade_it(old)
    assert "Go on with" not in str(failed.value)
    next(folder.glob(f"{BEFORE + 1:04d}_*.sql")).write_text("INSERT INTO nowhere (id) VALUES (1);\n")
    second = await make_old(f"sqlite:///{tmp_path}/second/{DATABASE}", BEFORE, tmp_path / "second")
    with pytest.raises(MigrationFailed, match=r"as it was before it.*Go on with the version that you used until now"):
        await upgrade_it(second)
    assert await is_as_it_was(second)


async def test_on_postgresql_the_dump_needs_a_folder_and_pg_dump(
    new_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = await make_old(new_url, BEFORE, tmp_path)
    ended = command(tmp_path, "migrate", database_url=new_url)
    assert (ended.returncode, "HOMEPLAN_BACKUP_DIR is not set" in ended.stderr) == (1, True)
    assert "`homeplan migrate --backed-up`" in ended.stderr
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(NotUpgraded, match="pg_dump is not installed here"):
        await upgrade_it(old)
    assert await is_as_it_was(old)
    monkeypatch.undo()
    monkeypatch.setenv("PATH", path_with_postgres())
    with_password = new_url.replace("homeplan@", "homeplan:p%2Fw@")
    ended = command(tmp_path, "migrate", database_url=with_password, backup_dir=str(tmp_path / "kept"))
    assert ended.returncode == 0, ended.stderr
    [dump] = backups(tmp_path / "kept")
    assert dump.name.startswith("homeplan-upgrade-from-0016-")
    assert dump.suffix == ".dump"
    assert command(tmp_path, "verify", str(dump)).returncode == 0
    dump.write_bytes(dump.read_bytes()[:-9])
    assert command(tmp_path, "verify", str(dump)).returncode == 1


def test_backups_before_upgrades_expire_by_age_alone_and_keep_no_scheduled_one_back() -> None:
    days = [START + timedelta(n) for n in range(5)]
    scheduled = [rules.name_of(at, is_encrypted=False) for at in days]
    before = rules.name_of(days[1], upgrade_from=16, is_encrypted=True)
    assert before == "homeplan-upgrade-from-0016-20260303T150000Z.sqlite.age"
    assert rules.expired([*scheduled, before], START + timedelta(400), 30) == [*scheduled[:2], before]
