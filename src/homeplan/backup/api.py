"""The state of backups, for administrators."""

from datetime import timedelta

from homeplan.backup.rules import is_late
from homeplan.backup.store import last_backup
from homeplan.context import Context
from homeplan.db import database_file
from homeplan.http.routes import admin
from homeplan.values import Instant, Value


class Backups(Value, frozen=True):
    """The backups of the database, as far as homeplan makes them."""

    own_tools: bool
    """Whether the database server's own tools back it up, of which homeplan knows nothing."""
    last_at: Instant | None
    """The last one that was made and verified; None before the first."""
    every_hours: int | None
    """Hours from one scheduled backup to the next; None when none is scheduled."""
    kept_days: int
    """Days after which a scheduled backup is deleted."""
    encrypted: bool
    late: bool
    """Whether the last one is older than two intervals, or there is none."""


@admin.get("backup")
async def read_backups(ctx: Context) -> Backups:
    """The age of the last backup, and the schedule."""
    settings = ctx.settings
    last = await last_backup(ctx)
    return Backups(
        own_tools=database_file(settings.database_url) is None,
        last_at=last,
        every_hours=None if settings.backup_dir is None else settings.backup_hours,
        kept_days=settings.backup_days,
        encrypted=settings.backup_public_key is not None,
        late=is_late(last, timedelta(hours=settings.backup_hours), ctx.now),
    )


routes = [read_backups]
