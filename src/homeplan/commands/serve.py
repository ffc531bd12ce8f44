"""Commands that run until a signal: the app, and the workers alone."""

import argparse
import logging
import sys

from homeplan.clock import SystemClock
from homeplan.commands.database import migrated_database, run_to_the_end
from homeplan.commands.host import taking_commands
from homeplan.db import is_sqlite
from homeplan.logs import log_to_stderr
from homeplan.server import Listener, run_server, stop_at_a_signal
from homeplan.settings import Settings, unnamed_proxy
from homeplan.workers import run_workers

log = logging.getLogger(__name__)


def serve(options: argparse.Namespace, settings: Settings) -> int:
    """Run the app. On SQLite the workers always run inside it, because the file belongs to one process."""
    if options.no_worker and is_sqlite(settings.database_url):
        print("homeplan: on SQLite the reminders run inside `homeplan serve`; leave out --no-worker.", file=sys.stderr)
        return 2
    listener = Listener(
        host=options.host or settings.host, port=settings.port if options.port is None else options.port
    )
    if mistake := unnamed_proxy(settings, listener.host):
        print(f"homeplan: {mistake}", file=sys.stderr)
        return 2

    async def ready() -> None:
        print(f"homeplan answers at {settings.origin} (listening on {listener.host}:{listener.port})", file=sys.stderr)

    async def run() -> None:
        async with (
            migrated_database(settings, wait=True, say=log.info) as db,
            taking_commands(settings, db, SystemClock()),
        ):
            await run_server(settings, db, [listener], worker=not options.no_worker, ready=ready)

    log_to_stderr()
    return run_to_the_end(run())


def worker(_: argparse.Namespace, settings: Settings) -> int:
    """Run the workers without the app; any number of such processes may run at the same time."""
    if is_sqlite(settings.database_url):
        print(
            "homeplan: a separate worker needs PostgreSQL; a SQLite file belongs to one process, and `homeplan serve` "
            "runs the reminders inside it. Set HOMEPLAN_DATABASE_URL=postgresql://… or use `homeplan serve`.",
            file=sys.stderr,
        )
        return 2

    async def run() -> None:
        stop = stop_at_a_signal()
        async with migrated_database(settings, wait=True, say=log.info) as db:
            await run_workers(settings, db, SystemClock(), stop, alone=True)

    log_to_stderr()
    return run_to_the_end(run())
