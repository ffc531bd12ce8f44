"""The figures of /metrics as they are read from the database. Instants are aware, UTC."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from homeplan.backlog import Backlog
from homeplan.delivery.metrics import Tally
from homeplan.reminders.metrics import Figures

LIVES = timedelta(minutes=1)
"""A process that beat within this time lives."""


class Check(Struct, frozen=True, kw_only=True):
    """The latest check of the whole SQLite file."""

    at: datetime
    faults: int


class Beat(Struct, frozen=True, kw_only=True):
    """The latest report of a worker process."""

    at: datetime
    succeeded: dict[str, datetime]
    """The last success of each of its tasks, or the task's start, by the name in the log."""


class Heartbeat(Struct, frozen=True, kw_only=True):
    """Facts that the worker processes store about themselves."""

    beats: tuple[Beat, ...]
    """The latest beat of each process, the latest first; one that ended in order is not among them."""
    failed: dict[str, int]
    """Number of failures of each task, of all processes since the database was made."""
    check: Check | None

    def succeeded(self, now: datetime) -> dict[str, datetime]:
        """The last success of each task in any process that lives: a task may have been switched off since."""
        found: dict[str, datetime] = {}
        for beat in self.beats:
            if now - beat.at < LIVES:
                for task, at in beat.succeeded.items():
                    found[task] = max(at, found.get(task, at))
        return found


class Snapshot(Struct, frozen=True, kw_only=True):
    """All figures of the database at one moment."""

    at: datetime
    reminders: Figures
    deliveries: Sequence[Tally]
    backlogs: dict[str, Backlog]
    """By queue."""
    incidents: dict[str, int]
    """Number of times that an operator had something to act on, by `Incident`."""
    transmissions: dict[tuple[str, str, str], int]
    """Number of pushes and mails by channel, host and outcome, of all processes since the database was made."""
    devices: dict[str, int]
    """Number of living devices by VAPID key."""
    escalations_open: int
    escalations_overdue: int
    clinics_unattended: int
    heartbeat: Heartbeat
    backed_up: datetime | None
    """The time of the last backup that homeplan made."""
