"""A process that is killed at any step of a backup or a restore leaves what was there, or the whole new one."""

import asyncio
import multiprocessing
import os
import shutil
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from homeplan.backup import copies
from homeplan.backup.restoring import restore
from homeplan.clock import SystemClock
from homeplan.db import open_database
from homeplan.db.sqlite_copy import count_rows, fold
from homeplan.settings import Settings
from tests.backup.running import DATABASE, invent

pytestmark = pytest.mark.slow

STEPS = {"open", "os.link", "os.mkdir", "os.remove", "os.rename", "shutil.copyfile"}
"""Audit events of Python that come with changes of files."""


def die_at(step: int) -> None:
    left = [step]

    def count(event: str, arguments: tuple[Any, ...]) -> None:
        if event in STEPS and not str(arguments[0]).startswith("/proc") and ".py" not in str(arguments[0]):
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            left[0] -= 1

    sys.addaudithook(count)


def back_up_until(folder: Path, step: int) -> None:
    async def run() -> None:
        db = await open_database(f"sqlite:///{folder / DATABASE}")
        die_at(step)
        await copies.make(db, folder / "kept", SystemClock().now(), None)
        await db.close()

    asyncio.run(run())


async def put_back(folder: Path) -> None:
    (backup,) = (folder / "kept").glob("*.sqlite")
    await restore(Settings(), folder / DATABASE, backup, None, SystemClock())


def put_back_until(folder: Path, step: int) -> None:
    die_at(step)
    asyncio.run(put_back(folder))


async def survives(work: Any, folder: Path, step: int) -> bool:
    """Whether the process came to its end before that step."""
    methods = multiprocessing.get_context("forkserver")
    methods.set_forkserver_preload([__name__])
    process = methods.Process(target=work, args=(folder, step))
    process.start()
    await asyncio.to_thread(process.join)
    assert process.exitcode in (0, -signal.SIGKILL)
    return process.exitcode == 0


async def test_a_backup_that_is_killed_leaves_nothing_that_looks_like_one(tmp_path: Path) -> None:
    await invent(tmp_path)
    step = 0
    while not await survives(back_up_until, tmp_path, step):
        for file in (tmp_path / "kept").glob("homeplan-*.sqlite.json"):
            copies.verify(file.with_suffix(""), None)
            file.with_suffix("").unlink()
            file.unlink()
        step += 1
    assert step > 5
    assert [path.name for path in (tmp_path / "kept").iterdir() if "partial" in path.name] == []


async def test_a_restore_that_is_killed_leaves_the_old_database_or_the_new_one(tmp_path: Path) -> None:
    template = tmp_path / "template"
    template.mkdir()
    await invent(template)
    db = await open_database(f"sqlite:///{template / DATABASE}")
    await copies.make(db, template / "kept", SystemClock().now(), None)
    await db.write(lambda tx: tx.execute("UPDATE clinics SET name = 'Old'"))
    killed = tmp_path / "killed"  # with a log that nobody has put into the file
    shutil.copytree(template, killed)
    assert (killed / f"{DATABASE}-wal").stat().st_size
    await db.close()
    seen, step = set(), 0
    while True:
        folder = tmp_path / f"step{step}"
        shutil.copytree(killed, folder)
        ended = await survives(put_back_until, folder, step)
        seen.add(name := await name_in(folder / DATABASE))
        if name == "Example Clinic":
            (aside,) = folder.glob(f"{DATABASE}.before-restore-*")
            assert await name_in(aside / DATABASE) == "Old"
            shutil.rmtree(aside)
        await put_back(folder)
        assert await name_in(folder / DATABASE) == "Example Clinic"
        assert list(folder.glob("*.restoring*")) == []
        shutil.rmtree(folder)
        if ended:
            break
        step += 1
    assert seen == {"Old", "Example Clinic"}
    assert step > 20


async def name_in(file: Path) -> str:
    assert fold(file)
    count_rows(file)
    db = await open_database(f"sqlite:///{file}")
    try:
        return str(await db.read(lambda tx: tx.fetch_value("SELECT name FROM clinics")))
    finally:
        await db.close()
