"""`homeplan move-to`: takes a clinic's SQLite database over to PostgreSQL."""

import argparse
import sys

from homeplan.audit import verify_all
from homeplan.clock import SystemClock
from homeplan.commands.audit import in_words
from homeplan.commands.database import migrated_database, run_to_the_end
from homeplan.context import operator_context
from homeplan.db import CannotOpen, is_sqlite, migrate, open_database
from homeplan.settings import Settings
from homeplan.store_facts import store_epoch
from homeplan.store_move import Table, move


def move_to(options: argparse.Namespace, settings: Settings) -> int:
    """Copy, compare and verify; ends with 1 when anything differs or an audit trail is broken."""
    broken = False

    async def run() -> None:
        nonlocal broken
        clock = SystemClock()
        if not is_sqlite(settings.database_url) or is_sqlite(options.url):
            raise CannotOpen("It moves from SQLite (HOMEPLAN_DATABASE_URL) to postgresql://….")
        async with migrated_database(settings) as source:
            identity = await source.write(lambda tx: store_epoch(operator_context(tx, clock.now())))
            try:
                target = await open_database(options.url, pooler=settings.postgres_pooler)
            except ValueError as unknown:
                raise CannotOpen(str(unknown)) from unknown
            try:
                await migrate(target, clock.now())
                tables = await move(source, target, identity, clock.now(), _say)
                print(f"{sum(table.rows for table in tables)} rows of {len(tables)} tables moved, each one compared.")
                for clinic_id, verdict in (await verify_all(target, clock, settings)).items():
                    print(f"audit of {clinic_id}: {in_words(verdict)}")
                    broken = broken or verdict.broken_at is not None
            finally:
                await target.close()
        print("Set HOMEPLAN_DATABASE_URL to the new database and start homeplan. Keep the SQLite file as a backup.")

    return run_to_the_end(run()) or int(broken)


def _say(what: str, table: Table) -> None:
    if table.rows:
        print(f"{what} {table.name}: {table.rows}", file=sys.stderr)
