"""Commands that stay: the app, and the reminder worker alone."""

import argparse
import asyncio
import contextlib
import signal
import sys
from collections.abc import Coroutine

import uvloop

from homeplan.clock import SystemClock
from homeplan.db import SchemaMismatch, is_sqlite, migrate, open_database
from homeplan.db.sqlite import FileInUse
from homeplan.logs import log_to_stderr
from homeplan.server import Listener, run_server
from homeplan.settings import Settings
from homeplan.workers import run_workers


def serve(options: argparse.Namespace, settings: Settings) -> int:
    """Run the app; on SQLite the reminders always run inside, because the file belongs to one process."""
    if options.no_worker and is_sqlite(settings.database_url):
        print("homeplan: on SQLite the reminders run inside `homeplan serve`; leave out --no-worker.", file=sys.stderr)
        return 2
    listener = Listener(
        host=options.host or settings.host, port=settings.port if options.port is None else options.port
    )

    async def ready() -> None:
        print(f"homeplan answers at {settings.origin} (listening on {listener.host}:{listener.port})", file=sys.stderr)

    async def run() -> None:
        db = await open_database(settings.database_url)
        try:
            await migrate(db, SystemClock().now())
            await run_server(settings, db, [listener], worker=not options.no_worker, ready=ready)
        finally:
            await db.close()

    return _run(run())


def worker(_: argparse.Namespace, settings: Settings) -> int:
    """Run the workers without the app, as often as you like beside each other."""
    if is_sqlite(settings.database_url):
        print(
            "homeplan: a separate worker needs PostgreSQL; a SQLite file belongs to one process, and `homeplan serve` "
            "runs the reminders inside it. Set HOMEPLAN_DATABASE_URL=postgresql://… or use `homeplan serve`.",
            file=sys.stderr,
        )
        return 2

    async def run() -> None:
        stop = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        db = await open_database(settings.database_url)
        try:
            await migrate(db, SystemClock().now())
            await run_workers(settings, db, SystemClock(), stop, alone=True)
        finally:
            await db.close()

    return _run(run())


def _run(work: Coroutine[None, None, None]) -> int:
    log_to_stderr()
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner, contextlib.suppress(KeyboardInterrupt):
            runner.run(work)
    except (FileInUse, SchemaMismatch, OSError) as refused:
        print(f"homeplan: {refused}", file=sys.stderr)
        return 1
    return 0
