"""Rules for the days and times that a phone states, for check-ins, safety answers and exercise logs. Pure."""

from datetime import UTC, date, datetime, timedelta

DAYS_BACK = 2
"""Local days before today that can still be entered."""
FARTHEST_ZONES = 1
"""Days by which a local calendar can differ from that of UTC (UTC-12 to UTC+14)."""
CLOCK_SKEW = timedelta(minutes=10)
"""The most that a phone's clock may run ahead before the server uses its own time."""
SERVER_BEHIND = timedelta(days=1) + CLOCK_SKEW
"""The most by which the server's own clock may be behind before days that are open are refused."""
OLDEST = timedelta(days=90)
"""A phone that is offline for longer is signed out (accounts), so its outbox holds nothing older."""


def is_open(day: date, made_at: datetime, stated: datetime | None = None) -> bool:
    """Whether `day` was open somewhere on earth when the entry was made.

    The time of the entry counts, not that of its arrival, so that a phone may be offline for weeks. The phone's local
    day is accepted within what the world's calendars allow, and never computed again by the server. The phone's own
    time, `stated`, counts too when it is up to a day ahead: the server's clock may be the one that is wrong.
    """
    if stated is not None and made_at < stated <= made_at + SERVER_BEHIND and is_open(day, stated):
        return True
    utc = made_at.astimezone(UTC).date()
    return utc - timedelta(days=DAYS_BACK + FARTHEST_ZONES) <= day <= utc + timedelta(days=FARTHEST_ZONES)


def believed(stated: datetime, now: datetime) -> datetime | None:
    """The phone's time, or `now` when its clock runs ahead; None when it is older than `OLDEST`.

    Otherwise an entry from the future would replace every later one.
    """
    if stated < now - OLDEST:
        return None
    return now if stated > now + CLOCK_SKEW else stated.astimezone(UTC)
