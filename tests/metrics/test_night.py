"""Each night the whole SQLite file is checked, once; damage is in the log and in /metrics."""

import platform
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from homeplan import __version__
from homeplan.db import Database, open_database
from homeplan.metrics.store import write_check
from homeplan.metrics.worker import Night
from tests.conftest import FakeClock
from tests.metrics.figures import read_metrics
from tests.world import Api, World, context


class Counting(Night):
    """Counts the checks."""

    checks = 0

    async def _check(self) -> None:
        self.checks += 1
        await super()._check()


async def test_the_file_is_checked_once_each_night(api: Api, db: Database, clock: FakeClock) -> None:
    night = Counting(db, clock)
    for hours in (1, 3, 12):
        clock.advance(hours=hours)
        await night.step()
    assert night.checks == 0, "the night of 3 March begins at 08:00 UTC"
    clock.advance(hours=1)
    for _ in range(3):
        await night.step()
        clock.advance(hours=1)
    assert night.checks == 1
    found = await read_metrics(api)
    is_sqlite = db.engine == "sqlite"
    assert found("homeplan_database_check_faults") == (0 if is_sqlite else None)
    assert found("homeplan_database_check_age_seconds") == (3 * 3600 if is_sqlite else None)


async def test_a_night_without_a_process_is_made_up_for(db: Database, clock: FakeClock) -> None:
    clock.advance(days=1)
    first = Counting(db, clock)
    clock.advance(days=1)
    await first.step()
    clock.advance(days=2)
    later = Counting(db, clock)
    await later.step()
    assert (first.checks, later.checks) == (1, 1 if db.engine == "sqlite" else 0)


@pytest.fixture
async def damaged(migrated: object, tmp_path: Path) -> AsyncIterator[Database]:
    """A SQLite file in the middle of which a page was overwritten."""
    if not isinstance(migrated, Path):
        pytest.skip("the check is SQLite's")
    path = tmp_path / "damaged.sqlite"
    shutil.copyfile(migrated, path)
    with path.open("r+b") as file:
        size = path.stat().st_size
        file.seek(size // 2 // 4096 * 4096)
        file.write(b"\xff" * 4096)
    db = await open_database(f"sqlite:///{path}")
    yield db
    await db.close()


async def test_damage_is_found(damaged: Database, clock: FakeClock, caplog: pytest.LogCaptureFixture) -> None:
    night = Night(damaged, clock)
    clock.advance(days=1)
    await night.step()
    assert "the database file is damaged" in caplog.text
    [row] = await damaged.read(lambda tx: tx.fetch("SELECT value FROM store_facts WHERE name = 'check/faults'"))
    assert int(row["value"]) > 0


async def test_the_figures_of_the_engine_are_there(api: Api, db: Database, world: World) -> None:
    await world.clinic()
    found = await read_metrics(api)
    assert (found("homeplan_database_bytes") or 0) > 100_000
    assert found("homeplan_build_info", version=__version__, python=platform.python_version(), engine=db.engine) == 1
    sqlite = {name: found(f"homeplan_database_{name}") for name in ("wal_bytes", "free_bytes", "waiting_writes")}
    postgresql = {name: found(f"homeplan_{name}") for name in ("database_lock_waits", "pool_most_connections")}
    there, not_there = (sqlite, postgresql) if db.engine == "sqlite" else (postgresql, sqlite)
    assert None not in there.values()
    assert {*not_there.values()} == {None}
    if db.engine == "postgresql":
        assert found.label("homeplan_pool_connections", "state") == {"busy", "idle"}


async def test_a_database_that_moved_to_postgresql_does_not_keep_the_check_of_its_file(
    api: Api, db: Database, clock: FakeClock
) -> None:
    await db.write(lambda tx: write_check(context(tx, clock.now()), 0))
    night = Night(db, clock)
    clock.advance(days=1)
    await night.step()
    found = await read_metrics(api)
    assert found("homeplan_database_check_age_seconds") == (0 if db.engine == "sqlite" else None)
