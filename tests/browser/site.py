"""The real app at a real address of this machine, with a clock that the story moves and a worker that it steps."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path

import uvicorn

from homeplan.app import create_app
from homeplan.db import Database, migrate, open_database
from homeplan.settings import Settings
from tests.conftest import VAPID_KEY, FakeClock
from tests.world import World

PASSWORD = "a long enough sentence for a test"


class Site:
    """One running clinic; `origin` is what the browsers open."""

    def __init__(self, origin: str, db: Database, clock: FakeClock, settings: Settings):
        self.origin = origin
        self.db = db
        self.clock = clock
        self.settings = settings
        self.world = World(db, clock)


@asynccontextmanager
async def running_site(
    folder: Path, push_hosts: tuple[str, ...] = (), clock: FakeClock | None = None
) -> AsyncIterator[Site]:
    """Serve a fresh SQLite clinic on a free port until the `with` block ends.

    Its clock begins at the machine's time, which is the browsers'.
    """
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    origin = f"http://localhost:{listener.getsockname()[1]}"
    settings = Settings(
        origin=origin,
        vapid_private_key=VAPID_KEY,
        vapid_subject="mailto:operator@clinic.example",
        push_hosts=push_hosts,
    )
    clock = clock or FakeClock()
    clock.set(datetime.now(UTC).replace(microsecond=0))
    db = await open_database(f"sqlite:///{folder}/site.sqlite")
    await migrate(db, clock.now())
    server = uvicorn.Server(
        uvicorn.Config(create_app(settings, db, clock), lifespan="off", log_config=None, access_log=False)
    )
    server.capture_signals = nullcontext  # type: ignore[method-assign, assignment]  # Ctrl-C belongs to pytest
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started:  # noqa: ASYNC110 - uvicorn has a flag, not an event
        await asyncio.sleep(0.01)
    try:
        yield Site(origin, db, clock, settings)
    finally:
        server.should_exit = server.force_exit = True
        await serving
        await db.close()
