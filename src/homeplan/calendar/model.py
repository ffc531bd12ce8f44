"""The link to a patient's calendar, and what the calendar holds."""

from datetime import datetime

from msgspec import Struct

from homeplan.reminders.model import Weekdays
from homeplan.values import Language, Value


class CalendarLinkState(Value, frozen=True):
    """Whether a link works, and since when; the link itself is stored nowhere."""

    since: datetime | None


class NewCalendarLink(Struct, frozen=True):
    """The secret of a link that was just made, and the instant."""

    token: str
    since: datetime


class CalendarLink(Value, frozen=True):
    """A link that was just made. It cannot be shown a second time."""

    url: str
    since: datetime


class SingleEvent(Struct, frozen=True, kw_only=True):
    """A visit, or one ring of a reminder."""

    uid: str
    at: datetime
    """The instant (UTC)."""


class RepeatedEvent(Struct, frozen=True, kw_only=True):
    """A reminder in the calendar: each week on these weekdays, at the wall time of `first`."""

    uid: str
    first: datetime
    """Wall time without a zone; `zone` has its name."""
    zone: str
    weekdays: Weekdays
    until: datetime
    """The last instant (UTC) at which it may happen."""
    except_at: tuple[datetime, ...]
    """Wall times (without a zone) at which it does not happen, since the clock shows them twice or skips them."""
    instead: tuple[SingleEvent, ...]
    """The events of those days."""


class Feed(Struct, frozen=True, kw_only=True):
    """All that a calendar shows: the same feed is the same file, byte for byte."""

    language: Language
    made_at: datetime
    """The beginning of the day (UTC) on which it was read."""
    reminders: tuple[RepeatedEvent, ...]
    visits: tuple[SingleEvent, ...]
