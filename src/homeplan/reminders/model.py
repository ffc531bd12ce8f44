"""Reminders: what the patient asked for, what a due moment is, and what became of it."""

from datetime import date, datetime, time, timedelta
from enum import IntEnum, StrEnum
from typing import Annotated, Literal

from msgspec import Meta, Struct

from homeplan.errors import Conflict, Invalid
from homeplan.values import Id, Value, ZoneName

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

USEFUL_LIFE = timedelta(hours=2)
"""After this nobody wants to be reminded any more (push.md §1, line 4)."""

SHORTEST_LIFE = timedelta(seconds=60)
"""The smallest TTL that push services honour; with less life left a ring is stale."""

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
    SNOOZED = 2
    """The first snooze of the day; each further one counts up."""


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


class SettingsEntry(Value, frozen=True, kw_only=True):
    """What holds for all of a patient's reminders. Both quiet hours or neither; `paused_until` rings again."""

    quiet_from: WallTime | None = None
    quiet_until: WallTime | None = None
    daily_cap: DailyCap = 3
    paused_until: date | None = None

    @property
    def quiet(self) -> QuietHours | None:
        if self.quiet_from is None or self.quiet_until is None:
            return None
        return QuietHours(self.quiet_from, self.quiet_until)


class ReminderSettings(SettingsEntry, frozen=True, kw_only=True):
    """The settings with the zone that the phone last reported, if it ever did."""

    phone_time_zone: ZoneName | None = None


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


class Snooze(Value, frozen=True, kw_only=True):
    """Later: in some minutes, or tonight. Exactly one of the two."""

    minutes: Literal[10, 30, 60] | None = None
    until: Literal["tonight"] | None = None

    def __post_init__(self) -> None:
        if (self.minutes is None) == (self.until is None):
            raise ValueError("Give either minutes (10, 30 or 60) or until (tonight).")


class Due(Struct, frozen=True):
    """The local day that a reminder rings for, and the instant (UTC) at which it does."""

    day: date
    at: datetime


class Occurrence(Struct, frozen=True, kw_only=True):
    """One due moment of one reminder."""

    kind: Kind
    day: date
    """The patient's local day that it is for."""
    slot: int
    due_at: datetime
    asked_at: datetime
    """When the patient was first asked on this day: what was logged since then answers a repeat."""
    deadline_at: datetime


class Facts(Struct, frozen=True, kw_only=True):
    """What is known about the patient when it must be decided whether to ring."""

    enabled: bool
    in_care: bool
    """False once the episode of care has ended, or before there is one."""
    left: int
    """How many things of this kind are still to do on that day; 0 also when none were on."""
    on_plan: bool
    """Whether anything of this kind is on that day, done or not."""
    logged_at: datetime | None
    """When something of this kind was last logged."""
    exercise_paused: bool
    """By a safety answer that nobody at the clinic has cleared yet."""
    rings_today: int
    """Rings of all kinds that were granted before this one on the same local day, snoozes apart."""
    snoozed_until: datetime | None
    in_quiet_hours: bool
    paused_until: date | None
    daily_cap: int


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


class Ring(Struct, frozen=True):
    """Yes, for as long as there is life left."""

    life: timedelta


class Skip(Struct, frozen=True):
    """No, and why."""

    reason: Reason


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
