"""The database of a command: opened, migrated, and closed however the command ends."""

import asyncio
import contextlib
import logging
import sys
from collections.abc import AsyncIterator, Callable, Coroutine

import uvloop

from homeplan.audit import seal_at_commit
from homeplan.backup.model import BadBackup
from homeplan.backup.upgrade import upgrade
from homeplan.clock import SystemClock
from homeplan.db import CannotOpen, Database, OutOfReach, open_database
from homeplan.errors import Problem
from homeplan.settings import Settings
from homeplan.store_move import require_whole

FIRST_WAIT_S, LONGEST_WAIT_S = 1.0, 30.0
"""Between tries to reach the database; each wait is twice the one before."""

log = logging.getLogger(__name__)


def to_stderr(line: str) -> None:
    """Tell the operator at the command line of a step."""
    print(f"homeplan: {line}", file=sys.stderr, flush=True)


@contextlib.asynccontextmanager
async def migrated_database(
    settings: Settings, *, wait: bool = False, say: Callable[[str], None] = to_stderr
) -> AsyncIterator[Database]:
    """The database of these settings at this version's schema, backed up before it is upgraded. Raises CannotOpen.

    With `wait` a server that does not answer is tried until it does: what stays running starts in any order.
    """
    db = await (_reached if wait else _opened)(settings)
    try:
        await upgrade(db, settings, SystemClock(), say)
        await require_whole(db, SystemClock().now())
        seal_at_commit(db, SystemClock(), settings)
        yield db
    finally:
        await db.close()


async def _opened(settings: Settings) -> Database:
    return await open_database(settings.database_url, pooler=settings.postgres_pooler)


async def _reached(settings: Settings) -> Database:
    pause_s = FIRST_WAIT_S
    while True:
        try:
            return await _opened(settings)
        except OutOfReach as away:
            log.warning("%s; trying again in %.0f s", away, pause_s)
        await asyncio.sleep(pause_s)
        pause_s = min(2 * pause_s, LONGEST_WAIT_S)


def run_to_the_end(work: Coroutine[None, None, None]) -> int:
    """Run a command's work; a refusal is printed in one line. Returns the exit code."""
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner, contextlib.suppress(KeyboardInterrupt):
            runner.run(work)
    except (CannotOpen, BadBackup, Problem, OSError) as refused:
        print(f"homeplan: {refused}", file=sys.stderr)
        return 1
    return 0
