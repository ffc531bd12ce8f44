"""The only module that reads the time of day. Instants are aware datetimes in UTC; a day is the patient's local day."""

from datetime import UTC, date, datetime, timedelta
from typing import Protocol, runtime_checkable
from zoneinfo import ZoneInfo

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


@runtime_checkable  # Litestar checks what it injects
class Clock(Protocol):
    """The source of `now`: the system clock in production, a fake in tests."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


def to_ms(at: datetime) -> int:
    """Milliseconds since the epoch, rounded down; `at` must be aware."""
    return (at - _EPOCH) // _MILLISECOND


def from_ms(ms: int) -> datetime:
    """The instant, in UTC, of `ms` milliseconds since the epoch."""
    return _EPOCH + ms * _MILLISECOND  # half the time of timedelta(milliseconds=ms)


def to_ms_or_none(at: datetime | None) -> int | None:
    return None if at is None else to_ms(at)


def from_ms_or_none(ms: int | None) -> datetime | None:
    return None if ms is None else from_ms(ms)


def local_day(at: datetime, zone: ZoneInfo) -> date:
    """The calendar day that a wall clock in `zone` shows at the instant `at`."""
    return at.astimezone(zone).date()
