"""The database of a command: opened, brought up to this version, and let go of however the command ends."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Coroutine

import uvloop

from homeplan.clock import SystemClock
from homeplan.db import CannotOpen, Database, migrate, open_database
from homeplan.errors import Problem
from homeplan.settings import Settings


@contextlib.asynccontextmanager
async def migrated_database(settings: Settings) -> AsyncIterator[Database]:
    """The database of these settings at this version's schema. Raises CannotOpen."""
    db = await open_database(settings.database_url)
    try:
        await migrate(db, SystemClock().now())
        yield db
    finally:
        await db.close()


def run_to_the_end(work: Coroutine[None, None, None]) -> int:
    """Run a command's work; a refusal is told in one line. Returns the exit code."""
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner, contextlib.suppress(KeyboardInterrupt):
            runner.run(work)
    except (CannotOpen, Problem, OSError) as refused:
        print(f"homeplan: {refused}", file=sys.stderr)
        return 1
    return 0
