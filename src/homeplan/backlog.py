"""Depth and lag of a queue of the database, for the monitoring system. Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct

from homeplan.clock import from_ms


class Backlog(Struct, frozen=True):
    """The due rows of one queue."""

    depth: int
    lag: timedelta
    """Waiting time of the row that has been due the longest; zero when none is."""


def backlog(row: Any, now: datetime) -> Backlog:
    """From a row with `depth` and with `oldest`, milliseconds since the epoch or NULL."""
    found: Mapping[str, Any] = row
    oldest = found["oldest"]
    lag = timedelta(0) if oldest is None else max(now - from_ms(oldest), timedelta(0))
    return Backlog(int(found["depth"]), lag)
