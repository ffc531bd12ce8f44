"""A clinic on a SQLite file of its own, which is closed, restored and opened again."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from litestar import Litestar
from msgspec import structs

from homeplan.audit import Refusals, seal_at_commit
from homeplan.backup import copies
from homeplan.backup.model import Restored
from homeplan.backup.noted import Follower, notes_of
from homeplan.backup.restoring import restore
from homeplan.db import Database, migrate, open_database
from homeplan.http.envelope import Envelope
from homeplan.settings import Settings
from tests.conftest import FakeClock
from tests.world import Api, World


class Place:
    """The file of a clinic, with its app; requests of the same clients go on after a restore."""

    db: Database
    world: World
    api: Api

    def __init__(self, folder: Path, litestar: Litestar, settings: Settings, clock: FakeClock):
        self.file = folder / "homeplan.sqlite"
        self.backups = folder / "backups"
        self.clock = clock
        self.settings = structs.replace(settings, audit_key="k" * 32)
        self._litestar = litestar
        self._is_open = False

    async def open(self) -> None:
        """Serve the file; `api` makes clients of it."""
        self._is_open = True
        self.db = await open_database(f"sqlite:///{self.file}")
        await migrate(self.db, self.clock.now())
        seal_at_commit(self.db, self.clock, self.settings)
        self.world = World(self.db, self.clock)
        self._litestar.state.db, self._litestar.state.clock = self.db, self.clock
        self.api = Api(Envelope(self._litestar, self.settings.origin), self.db, self.clock)

    async def backup(self, public_key: str | None = None) -> Path:
        return await copies.make(self.db, self.backups, self.clock.now(), public_key)

    async def note(self) -> None:
        """One round of the worker that notes who left."""
        await Follower(self.db, notes_of(self.file), self.clock).step()

    async def close(self) -> None:
        if self._is_open:
            self._is_open = False
            await self._litestar.state.memory.of(Refusals).settled()
            await self.db.close()

    async def restore(self, backup: Path, key_file: Path | None = None) -> Restored:
        """Restore the file while nothing serves it, and serve it again."""
        await self.close()
        done = await restore(self.settings, self.file, backup, key_file, self.clock)
        await self.open()
        return done


@pytest.fixture
async def place(tmp_path: Path, litestar: Litestar, settings: Settings, clock: FakeClock) -> AsyncIterator[Place]:
    place = Place(tmp_path, litestar, settings, clock)
    yield place
    await place.close()
