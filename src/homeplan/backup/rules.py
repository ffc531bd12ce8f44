"""Names of backups, and which of them have expired."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

ENCRYPTED = ".age"
_NAME = re.compile(r"homeplan-(upgrade-from-\d{4}-)?(\d{8}T\d{6}Z)\.(?:sqlite|dump)(?:\.age)?")
_STAMP = "%Y%m%dT%H%M%SZ"
LEAST_KEPT = 3
"""Backups that stay however old they are: while no new ones are made, none is deleted."""


def name_of(made_at: datetime, *, upgrade_from: int | None = None, kind: str = "sqlite", is_encrypted: bool) -> str:
    """ "homeplan-20260302T150000Z.sqlite": the instant in UTC, so that names sort by age. The backup before an upgrade
    names the schema that it has: "homeplan-upgrade-from-0016-20260302T150000Z.sqlite"."""
    before = "" if upgrade_from is None else f"upgrade-from-{upgrade_from:04d}-"
    return f"homeplan-{before}{made_at.astimezone(UTC):{_STAMP}}.{kind}{ENCRYPTED if is_encrypted else ''}"


def made_at(name: str) -> datetime | None:
    """The instant in the name of a backup; None for any other file."""
    found = _NAME.fullmatch(name)
    return None if found is None else datetime.strptime(found[2], _STAMP).replace(tzinfo=UTC)


def _is_of_upgrade(name: str) -> bool:
    found = _NAME.fullmatch(name)
    return found is not None and found[1] is not None


def expired(names: Iterable[str], now: datetime, days: int) -> list[str]:
    """The backups among the names that are older than `days` days, but for the newest three scheduled ones."""
    dated = sorted((at, name) for name in names if (at := made_at(name)) is not None)
    scheduled = [name for _, name in dated if not _is_of_upgrade(name)]
    kept = scheduled[-LEAST_KEPT:]
    return [name for at, name in dated if now - at > timedelta(days) and name not in kept]


def next_due(last: datetime | None, every: timedelta, now: datetime) -> datetime:
    """The instant of the next scheduled backup. A clock that was set back does not put it off."""
    return now if last is None or last > now else last + every


def is_late(last: datetime | None, every: timedelta, now: datetime) -> bool:
    """Whether the last backup is older than two intervals, or there is none."""
    return last is None or now - last > 2 * every
