"""Reminders: what the patient asked for, what a due moment is, and what became of it."""

from datetime import date, datetime, time
from enum import IntEnum, StrEnum
from typing import Annotated, Literal

from msgspec import Meta, Struct

from homeplan.errors import Conflict, Invalid
from homeplan.push.model import Status
from homeplan.values import Id, PhoneZoneName, Value

Weekdays = Annotated[int, Meta(ge=1, le=127)]
"""A mask of weekdays: Monday 1, Tuesday 2, Wednesday 4 … Sunday 64."""

EVERY_DAY = 127

WallTime = Annotated[time, Meta(tz=False)]
"""What a clock on the wall shows, to the minute."""

ZonePolicy = Literal["home", "phone"]
"""`home`: the zone of the patient's record. `phone`: the zone that the phone last reported."""

SecondChance = Annotated[int, Meta(ge=10, le=180)]
"""Minutes after the ring."""

DailyCap = Annotated[int, Meta(ge=1, le=10)]

MOST_REMINDERS = 12
"""How many reminders one patient may keep."""


class Kind(StrEnum):
    """What the reminder asks for."""

    CHECKIN = "checkin"
    EXERCISE = "exercise"
    ACTIVITY = "activity"


class Slot(IntEnum):
    """Which ring of its local day an occurrence is."""

    FIRST = 0
    SECOND_CHANCE = 1
    BY_HAND = 2
    """The first that was asked for by hand on that day (a snooze, a new time); each further one counts up."""


class Reason(StrEnum):
    """Why a due moment stays silent."""

    STALE = "stale"
    OFF = "off"
    DISCHARGED = "discharged"
    PAUSED = "paused"
    DONE = "done"
    NO_PLAN = "no-plan"
    SAFETY = "safety"
    SNOOZED = "snoozed"
    QUIET = "quiet"
    CAP = "cap"
    UNREACHABLE = "unreachable"
    """The patient has no device that takes pushes."""


class ReminderEntry(Value, frozen=True, kw_only=True):
    """A reminder as the patient sets it."""

    kind: Kind
    weekdays: Weekdays
    wall_time: WallTime
    zone_policy: ZonePolicy
    enabled: bool
    second_chance_minutes: SecondChance | None = None


class Reminder(ReminderEntry, frozen=True, kw_only=True):
    """A reminder with what comes next of it; `next_due_at` is None while it is off."""

    id: Id
    next_due_at: datetime | None = None
    snoozed_until: datetime | None = None


class QuietHours(Struct, frozen=True):
    """From one wall time until another, over midnight when `until` is the earlier one. `until` itself may ring."""

    quiet_from: time
    quiet_until: time

    def cover(self, at: time) -> bool:
        if self.quiet_from < self.quiet_until:
            return self.quiet_from <= at < self.quiet_until
        return at >= self.quiet_from or at < self.quiet_until


class ReminderSettings(Value, frozen=True, kw_only=True):
    """What holds for all of a patient's reminders."""

    quiet_from: WallTime | None = None
    """Both quiet hours, or neither."""
    quiet_until: WallTime | None = None
    daily_cap: DailyCap = 3
    """Rings of all kinds a local day. A snooze is not counted: it was asked for by hand."""
    paused_until: date | None = None
    """The local day on which reminders ring again."""

    @property
    def quiet(self) -> QuietHours | None:
        if self.quiet_from is None or self.quiet_until is None:
            return None
        return QuietHours(self.quiet_from, self.quiet_until)


FIRST_SETTINGS = ReminderSettings(quiet_from=time(22), quiet_until=time(6))
"""Of a patient who has not set any."""

SUGGESTED = (
    ReminderEntry(kind=Kind.EXERCISE, weekdays=EVERY_DAY, wall_time=time(9), zone_policy="phone", enabled=False),
    ReminderEntry(kind=Kind.ACTIVITY, weekdays=EVERY_DAY, wall_time=time(13), zone_policy="phone", enabled=False),
    ReminderEntry(
        kind=Kind.CHECKIN,
        weekdays=EVERY_DAY,
        wall_time=time(19),
        zone_policy="phone",
        enabled=False,
        second_chance_minutes=60,
    ),
)
"""Times to offer. Nothing rings before the patient turned it on."""


class Reminders(Value, frozen=True, kw_only=True):
    """Everything about a patient's reminders."""

    reminders: list[Reminder]
    settings: ReminderSettings
    phone_time_zone: PhoneZoneName | None
    """Where the phone last said it was. What follows the phone rings by this clock; by that at home while the zone is
    not known here."""
    suggested: tuple[ReminderEntry, ...]
    """Times to offer for kinds that have no reminder yet."""
    reachable_devices: int
    """How many of the patient's devices take reminders; with none the app says so."""


class PhoneZone(Value, frozen=True, kw_only=True):
    """Where the phone says it is."""

    time_zone: PhoneZoneName


class PastDelivery(Value, frozen=True, kw_only=True):
    """What happened on one device; a step that did not happen is None."""

    device_id: Id
    status: Status
    outcome: str | None
    sent_at: datetime | None
    accepted_at: datetime | None
    shown_at: datetime | None
    opened_at: datetime | None


class PastRing(Value, frozen=True, kw_only=True):
    """A due moment and what became of it: the ledger that proves a reminder."""

    day: date
    kind: Kind
    slot: Annotated[int, Meta(ge=0)]
    """0 the day's ring, 1 its second chance, from 2 on what was asked for by hand: a snooze, a new time."""
    due_at: datetime
    skipped: Reason | None
    """Why it stayed silent; None when it rang."""
    deliveries: list[PastDelivery]
    done_at: datetime | None
    """When the patient first did on that day what it asked for."""


class History(Value, frozen=True, kw_only=True):
    """A patient's reminders as their therapist sees them, with the rings of the last 14 days, newest first."""

    reminders: list[Reminder]
    settings: ReminderSettings
    rings: list[PastRing]


class Snooze(Value, frozen=True, kw_only=True):
    """Later: in some minutes, or tonight. Exactly one of the two."""

    minutes: Literal[10, 30, 60] | None = None
    until: Literal["tonight"] | None = None

    def __post_init__(self) -> None:
        if (self.minutes is None) == (self.until is None):
            raise ValueError("Give either minutes (10, 30 or 60) or until (tonight).")


class InQuietHours(Invalid):
    """That time lies in your quiet hours. Choose another time, or change the quiet hours."""

    code = "in-quiet-hours"


class TooManyReminders(Conflict):
    """You have as many reminders as homeplan keeps. Change one of them, or delete one first."""

    code = "too-many-reminders"


class TooLateTonight(Invalid):
    """It is too late for tonight. Snooze by minutes instead."""

    code = "too-late-tonight"


class ReminderOff(Conflict):
    """This reminder is turned off. Turn it on first."""

    code = "reminder-off"
