"""Clinic hours, holidays, the duty list and cover persons: the structs and the errors."""

from datetime import date, datetime, time
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from msgspec import Meta, Struct

from homeplan.errors import Conflict, Invalid
from homeplan.typed import LINE
from homeplan.values import Id, Instant, Name, Value, ZoneName

WallTime = Annotated[time, Meta(tz=False)]
Weekday = Annotated[int, Meta(ge=0, le=6)]
"""0 is Monday, 6 is Sunday."""
WeekdayMask = Annotated[int, Meta(ge=1, le=127)]
"""Monday 1, Tuesday 2, Wednesday 4, … Sunday 64."""
Version = Annotated[int, Meta(ge=0)]
"""Counts the saves of a clinic's duty settings; 0 before the first."""

DutyKind = Literal["duty", "on-call"]
"""`duty`: during clinic hours. `on-call`: outside them."""

FIRST_DIGEST_AT = time(8)
MIDNIGHT = time(0)


class OpenTime(Value, frozen=True):
    """One stretch of a weekday in which the clinic is open, in its own wall times.

    It ends on the same day, or at the midnight that ends it, which is 00:00. A night is two stretches.
    """

    weekday: Weekday
    opens: WallTime
    closes: WallTime


class Holiday(Value, frozen=True):
    """A day of the clinic on which it stays closed."""

    day: date
    name: Annotated[str, Meta(max_length=80, extra=LINE)] = ""


class ClinicHours(Value, frozen=True):
    """Opening times per weekday, holidays, the clinic's zone, and the time of the daily digest."""

    time_zone: ZoneName
    week: Annotated[tuple[OpenTime, ...], Meta(max_length=28)]
    holidays: Annotated[tuple[Holiday, ...], Meta(max_length=200)] = ()
    digest_at: WallTime = FIRST_DIGEST_AT
    """Wall time on working days at which normal alerts are sent to staff together."""


class DutyEntry(Value, frozen=True):
    """One member of staff on duty or on call, on these weekdays from the first to the last day, both included.

    A day is the clinic's, from midnight to midnight: on call on Monday also means Monday before the clinic opens.
    """

    id: Id
    staff_id: Id
    kind: DutyKind
    weekdays: WeekdayMask = 127
    first_day: date | None = None
    """None: since ever."""
    last_day: date | None = None
    """None: until further notice."""


class Cover(Value, frozen=True):
    """A colleague who replaces a member of staff: always, or with days for an absence, both included."""

    id: Id
    staff_id: Id
    cover_id: Id
    first_day: date | None = None
    """None together with `last_day`: the standing cover person, told when the colleague does not answer."""
    last_day: date | None = None


class Roster(Value, frozen=True):
    """The duty list with its cover persons."""

    entries: Annotated[tuple[DutyEntry, ...], Meta(max_length=500)] = ()
    covers: Annotated[tuple[Cover, ...], Meta(max_length=500)] = ()


class DutySettings(Value, frozen=True):
    """All that an administrator sets about duty; saved as a whole under the version that was read."""

    version: Version
    hours: ClinicHours | None
    """None: never entered. Every hour then counts as a clinic hour."""
    roster: Roster


class Duty(Struct, frozen=True, kw_only=True):
    """A clinic's duty as the rules see it."""

    zone: ZoneInfo
    week: tuple[OpenTime, ...] | None
    """None: hours were never entered; the clinic counts as open at every hour of every day."""
    holidays: frozenset[date] = frozenset()
    digest_at: time = FIRST_DIGEST_AT
    entries: tuple[DutyEntry, ...] = ()
    covers: tuple[Cover, ...] = ()


class Span(Value, frozen=True):
    """From an instant up to another, which is not part of it."""

    begins_at: Instant
    ends_at: Instant


class ClinicOpenings(Value, frozen=True):
    """The clinic's opening times, as instants that a phone compares with its clock."""

    known: bool
    """Whether the clinic entered its hours; without them the phone says nothing about them."""
    open: tuple[Span, ...] = ()
    """In order; holidays are left out."""
    on_call: tuple[Span, ...] = ()
    """Outside these hours: when somebody is on call."""
    until: Instant | None = None
    """The instant up to which this is complete."""


class OnDuty(Value, frozen=True):
    """A member of staff who is on duty or on call now."""

    id: Id
    name: Name


class MissingChannel(Value, frozen=True):
    """A member of staff who is on duty or on call soon and whom no channel reaches."""

    id: Id
    name: Name
    since: Instant
    """The first instant on duty in the time that was looked at."""


class Gaps(Value, frozen=True):
    """Lacks that keep alerts of the next 24 hours from reaching somebody on duty."""

    no_hours: bool = False
    """Whether the clinic never entered its hours."""
    nobody_on_duty: tuple[Span, ...] = ()
    """Clinic hours without anybody on duty."""
    without_channel: tuple[MissingChannel, ...] = ()

    @property
    def is_any(self) -> bool:
        return self.no_hours or bool(self.nobody_on_duty) or bool(self.without_channel)


class DutyNow(Value, frozen=True):
    """The staff on duty now, whether the clinic is open, and the gaps of the next 24 hours."""

    is_open: bool
    on_duty: tuple[OnDuty, ...]
    next_opening: Instant | None
    gaps: Gaps
    told_at: datetime | None = None
    """The time at which administrators were told about these gaps."""


class HoursInvalid(Invalid):
    """These hours do not fit together. A stretch ends after it begins, and two of one day do not overlap."""

    code = "hours-invalid"


class RosterInvalid(Invalid):
    """The duty list does not fit. Everybody on it works here, nobody covers for themselves, and no row ends early."""

    code = "roster-invalid"


class DutyChanged(Conflict):
    """Someone changed the duty settings in the meantime. Reload the page and enter your changes again."""

    code = "duty-changed"
