"""The time of the last backup, in the database."""

from datetime import datetime

from homeplan.clock import from_ms, to_ms
from homeplan.context import Context
from homeplan.store_facts import keep_number, read_number

LAST = "backup-made"


async def last_backup(ctx: Context) -> datetime | None:
    """The time of the last backup that was made and verified; None before the first."""
    found = await read_number(ctx, LAST)
    return None if found is None else from_ms(found)


async def note_backup(ctx: Context) -> None:
    """Keep the time of a backup that was made now."""
    await keep_number(ctx, LAST, to_ms(ctx.now))
