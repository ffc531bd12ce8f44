"""Names of backups, and which of them have expired."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

PLAIN, ENCRYPTED = ".sqlite", ".sqlite.age"
_NAME = re.compile(r"homeplan-(\d{8}T\d{6}Z)\.sqlite(\.age)?")
_STAMP = "%Y%m%dT%H%M%SZ"
LEAST_KEPT = 3
"""Backups that stay however old they are: while no new ones are made, none is deleted."""


def name_of(made_at: datetime, *, is_encrypted: bool) -> str:
    """ "homeplan-20260302T150000Z.sqlite": the instant in UTC, so that names sort by age."""
    return f"homeplan-{made_at.astimezone(UTC):{_STAMP}}{ENCRYPTED if is_encrypted else PLAIN}"


def made_at(name: str) -> datetime | None:
    """The instant in the name of a backup; None for any other file."""
    found = _NAME.fullmatch(name)
    return None if found is None else datetime.strptime(found[1], _STAMP).replace(tzinfo=UTC)


def expired(names: Iterable[str], now: datetime, days: int) -> list[str]:
    """The backups among the names that are older than `days` days, but for the newest three."""
    dated = sorted((at, name) for name in names if (at := made_at(name)) is not None)
    return [name for at, name in dated[:-LEAST_KEPT] if now - at > timedelta(days)]


def next_due(last: datetime | None, every: timedelta, now: datetime) -> datetime:
    """The instant of the next scheduled backup. A clock that was set back does not put it off."""
    return now if last is None or last > now else last + every


def is_late(last: datetime | None, every: timedelta, now: datetime) -> bool:
    """Whether the last backup is older than two intervals, or there is none."""
    return last is None or now - last > 2 * every
