"""Decides when an unanswered message is overdue, when its push may ring, and whether an entry is an edit. Pure."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from homeplan.clock import local_day
from homeplan.localtime import start_of_day, wall

NOTE = "note-"
"""Begins the id of a note; the check-in's day follows. No device makes such an id."""

PUSH_LIFE = timedelta(hours=12)
"""Longest time for which a push about a message is of use; the message itself stays in the app."""

_SATURDAY = 5
_LONGEST_BREAK = 60
"""Days without a working day after which the next day counts as one."""

IsWorkingDay = Callable[[date], bool]


def monday_to_friday(day: date) -> bool:
    """Whether it is a working day of a clinic that has not said which days are."""
    return day.weekday() < _SATURDAY


def overdue_at(since: datetime, zone: ZoneInfo, is_working_day: IsWorkingDay) -> datetime:
    """The instant at which a message that came at `since` has waited for one working day.

    It is the same wall time on the next working day. On a day without work the wait begins when the next working day
    begins: what comes on Saturday is overdue when Monday is over.
    """
    day = local_day(since, zone)
    if is_working_day(day):
        at = since.astimezone(zone).time()
    else:
        day, at = _next_working_day(day, is_working_day), time.min
    following = _next_working_day(day, is_working_day)
    return start_of_day(following, zone) if at == time.min else wall(following, at, zone)


def is_overdue(since: datetime, now: datetime, zone: ZoneInfo, is_working_day: IsWorkingDay) -> bool:
    """Whether a message that came at `since` has waited for one working day."""
    return now >= overdue_at(since, zone, is_working_day)


def is_edit(words: str, written_at: datetime, stored_words: str | None, stored_at: datetime) -> bool:
    """Whether an entry under a known id replaces what is stored: other words, written later."""
    return words != stored_words and written_at > stored_at


def _next_working_day(day: date, is_working_day: IsWorkingDay) -> date:
    following = (day + timedelta(days=n) for n in range(1, _LONGEST_BREAK + 1))
    return next((each for each in following if is_working_day(each)), day + timedelta(days=1))
