"""Reminders: the patient's choices, the settings for all reminders, and the outcome of each occurrence."""

from datetime import date, datetime, time
from enum import IntEnum, StrEnum
from typing import Annotated, Literal

from msgspec import Meta, Struct

from homeplan.delivery.model import ChannelName, Status
from homeplan.errors import Conflict, Invalid
from homeplan.values import Id, InPhoneZone, Value

Weekdays = Annotated[int, Meta(ge=1, le=127)]
"""A mask of weekdays: Monday 1, Tuesday 2, Wednesday 4 … Sunday 64."""

EVERY_DAY = 127

WallTime = Annotated[time, Meta(tz=False)]
"""The time that a wall clock shows, to the minute."""

ZonePolicy = Literal["home", "phone"]
"""`home`: the zone of the patient's record. `phone`: the zone that the phone last reported."""

SecondChance = Annotated[int, Meta(ge=10, le=180)]
"""Minutes after the first ring."""

DailyCap = Annotated[int, Meta(ge=1, le=10)]

MOST_REMINDERS = 12
"""Most reminders that one patient may keep."""


class ReminderKind(StrEnum):
    """The activity that the reminder asks for."""

    CHECKIN = "checkin"
    EXERCISE = "exercise"
    ACTIVITY = "activity"
    AFTER_NEEDLING = "after-needling"
    """The prompts after a needling session. The schema makes this reminder (migrations/0005_outcomes.sql); nobody sets,
    sees or snoozes it."""


class Slot(IntEnum):
    """The number of an occurrence within its local day."""

    FIRST = 0
    SECOND_CHANCE = 1
    BY_HAND = 2
    """The first ring that the patient asked for on that day (a snooze, a new time); further ones count up. Rings of a
    prompt after needling have its hour: 3, 24, 72."""
    SECOND_WAY = 1000
    """Added to the slot of a ring: the mail or text message in place of a push that was not shown in time."""


def ring_of(slot: int) -> int:
    """The slot of the ring that this slot belongs to: itself, or the ring before a second way."""
    return slot - Slot.SECOND_WAY if slot >= Slot.SECOND_WAY else slot


class SilenceReason(StrEnum):
    """The reason why an occurrence stays silent."""

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
    """The patient has no device that can be reached; of a second way: its address is not in use any more."""
    SHOWN = "shown"
    """Only of a second way: the phone showed the push in time."""


class ReminderEntry(Value, frozen=True, kw_only=True):
    """A reminder as the patient sets it."""

    kind: ReminderKind
    weekdays: Weekdays
    wall_time: WallTime
    zone_policy: ZonePolicy
    enabled: bool
    second_chance_minutes: SecondChance | None = None


class Reminder(ReminderEntry, frozen=True, kw_only=True):
    """A reminder with its next due time; `next_due_at` is None while it is off."""

    id: Id
    next_due_at: datetime | None = None
    snoozed_until: datetime | None = None


class QuietHours(Struct, frozen=True):
    """From one wall time to another, over midnight when `until` is earlier. At `until` itself reminders ring."""

    quiet_from: time
    quiet_until: time

    def cover(self, at: time) -> bool:
        if self.quiet_from < self.quiet_until:
            return self.quiet_from <= at < self.quiet_until
        return at >= self.quiet_from or at < self.quiet_until


NIGHT = QuietHours(time(22), time(7))
"""No prompt after needling rings in these hours, with any quiet hours (outcomes.yaml, no_push)."""

PROMPT_PREFIX = "session:"
"""Begins the id of a reminder of prompts; the id of the needling session follows."""


class ReminderSettings(Value, frozen=True, kw_only=True):
    """Settings for all reminders of a patient."""

    quiet_from: WallTime | None = None
    """Both quiet hours, or neither."""
    quiet_until: WallTime | None = None
    daily_cap: DailyCap = 3
    """Rings of all kinds per local day. Snoozes do not count: the patient asked for them."""
    paused_until: date | None = None
    """The first local day on which reminders ring again."""

    @property
    def quiet(self) -> QuietHours | None:
        if self.quiet_from is None or self.quiet_until is None:
            return None
        return QuietHours(self.quiet_from, self.quiet_until)


FIRST_SETTINGS = ReminderSettings(quiet_from=time(22), quiet_until=time(6))
"""The settings of a patient who has not saved any."""

SUGGESTED = (
    ReminderEntry(
        kind=ReminderKind.EXERCISE, weekdays=EVERY_DAY, wall_time=time(9), zone_policy="phone", enabled=False
    ),
    ReminderEntry(
        kind=ReminderKind.ACTIVITY, weekdays=EVERY_DAY, wall_time=time(13), zone_policy="phone", enabled=False
    ),
    ReminderEntry(
        kind=ReminderKind.CHECKIN,
        weekdays=EVERY_DAY,
        wall_time=time(19),
        zone_policy="phone",
        enabled=False,
        second_chance_minutes=60,
    ),
)
"""Times to offer. None rings before the patient turns it on."""


class Reminders(Value, frozen=True, kw_only=True):
    """Everything about a patient's reminders."""

    reminders: list[Reminder]
    settings: ReminderSettings
    phone_time_zone: str | None
    """The zone that the phone last reported. Reminders that follow the phone use it, or the home zone while this server
    does not know it."""
    suggested: tuple[ReminderEntry, ...]
    """Times to offer for kinds that have no reminder yet."""
    reachable_devices: int
    """Number of the patient's devices that can be reached; the app says when there is none."""


class PhoneZone(InPhoneZone, frozen=True, kw_only=True):
    """The zone that the phone reports."""


class PastDelivery(Value, frozen=True, kw_only=True):
    """The steps of one delivery to one address; a step that did not happen is None."""

    channel: ChannelName
    device_id: Id
    """The address: of a push its device."""
    status: Status
    outcome: str | None
    sent_at: datetime | None
    accepted_at: datetime | None
    shown_at: datetime | None
    opened_at: datetime | None


class PastRing(Value, frozen=True, kw_only=True):
    """An occurrence and its outcome, as the ledger has it."""

    day: date
    kind: ReminderKind
    slot: Annotated[int, Meta(ge=0)]
    """0: the day's own ring; 1: its second chance; from 2: rings that the patient asked for (a snooze, a new time)."""
    second_way: bool
    """Whether it is the mail or text message in place of the ring of this slot."""
    due_at: datetime
    skipped: SilenceReason | None
    """The reason why it stayed silent; None when it rang."""
    deliveries: list[PastDelivery]
    done_at: datetime | None
    """The first time on that day that the patient did what the reminder asks for."""


class History(Value, frozen=True, kw_only=True):
    """A patient's reminders as the therapist sees them, with the occurrences of the last 14 days, the newest first."""

    reminders: list[Reminder]
    settings: ReminderSettings
    rings: list[PastRing]


class Snooze(Value, frozen=True, kw_only=True):
    """The length of a snooze: minutes, or until tonight; exactly one of the two."""

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
