"""Each kept database is upgraded on both engines, also by processes that are killed on the way.

`python -m tests.backup` is the same with 20 rehearsals of each.
"""

import tempfile
from pathlib import Path

import pytest

from tests.backup.rehearsing import complete_backups, rehearse, restored_dump, spread
from tests.backup.upgrading import BACKUP, BEFORE, BETWEEN, NEWEST, Originals, run_upgrade, steps_of, upgrade_until
from tests.conftest import FakeClock
from tests.db.releases import kept

pytestmark = pytest.mark.slow

KILLED_IN_EACH_STEP = 16
"""The schema whose upgrade is killed in each phase; the others are killed in two places."""


@pytest.fixture
def originals(engine: str, scratch: Path) -> Originals:
    return Originals(engine, Path(tempfile.mkdtemp(dir=scratch)))


@pytest.mark.parametrize("version", kept())
async def test_a_kept_database_is_upgraded_after_a_backup_and_serves(originals: Originals, version: int) -> None:
    whole = await originals.fresh(version)
    assert not await rehearse(whole, None)
    for step in spread(steps_of(whole), 3)[1:]:
        assert await rehearse(await originals.fresh(version), step)


@pytest.mark.drill
async def test_an_upgrade_that_is_killed_in_any_phase_is_completed_by_the_next_start(originals: Originals) -> None:
    whole = await originals.fresh(KILLED_IN_EACH_STEP)
    assert await upgrade_until(whole, None)
    phases = steps_of(whole)
    assert list(dict.fromkeys(phases))[:3] == [BEFORE, BACKUP, BETWEEN]
    assert len(set(phases)) == 3 + NEWEST - KILLED_IN_EACH_STEP
    first = [phases.index(phase) for phase in dict.fromkeys(phases)]
    last = [step - 1 for step in (*first[1:], len(phases))]
    for step in sorted({*first, *last, first[1] + 3, first[1] + 6}):
        assert await rehearse(await originals.fresh(KILLED_IN_EACH_STEP), step)


async def test_an_upgrade_that_was_cut_off_after_its_first_migration_makes_no_second_backup(
    originals: Originals,
) -> None:
    whole = await originals.fresh(KILLED_IN_EACH_STEP)
    assert await upgrade_until(whole, None)
    old = await originals.fresh(KILLED_IN_EACH_STEP)
    assert not await upgrade_until(old, len(steps_of(whole)) - 3)
    made = complete_backups(old)
    progress = await run_upgrade(old, FakeClock())
    assert complete_backups(old) == made
    assert str(made[0]) in progress[-1]


async def test_a_dump_before_the_upgrade_of_postgresql_has_all_rows(postgres_url: str, tmp_path: Path) -> None:
    originals = Originals(postgres_url, tmp_path)
    old = await originals.fresh(KILLED_IN_EACH_STEP)
    assert await upgrade_until(old, None)
    assert await restored_dump(old, await originals.new_url()) == old.rows
