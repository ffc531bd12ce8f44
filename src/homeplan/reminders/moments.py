"""Due moments: what comes up in the queue, what is known about it, and the answer."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from homeplan.reminders.model import Kind, Reason, ReminderEntry, ReminderSettings
from homeplan.values import zone_of_phone

USEFUL_LIFE = timedelta(hours=2)
"""After this nobody wants to be reminded any more (docs/adr/0003)."""

SHORTEST_LIFE = timedelta(seconds=60)
"""The smallest TTL that push services honour; with less life left a ring is stale."""

ANEW = datetime.fromtimestamp(0, UTC)
"""Stands in the queue where the hint is worth nothing any more: look at once."""


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


def zone_of(entry: ReminderEntry, home: str, phone: str | None) -> ZoneInfo:
    """The zone whose wall clock counts for the reminder; home, unless the phone has named one that is known here."""
    return zone_of_phone(phone if entry.zone_policy == "phone" else None, home)


class Upcoming(Struct, frozen=True, kw_only=True):
    """A row of the queue whose time has come, with what its patient set."""

    clinic_id: str
    reminder_id: str
    patient_id: str
    slot: int
    day: date
    due_at: datetime
    """A hint."""
    asked_at: datetime
    entry: ReminderEntry
    settings: ReminderSettings
    home_time_zone: str
    phone_time_zone: str | None
    snoozed_until: datetime | None

    @property
    def zone(self) -> ZoneInfo:
        """Raises ZoneInfoNotFoundError when this machine does not know it."""
        return zone_of(self.entry, self.home_time_zone, self.phone_time_zone)


class Plan(Struct, frozen=True, kw_only=True):
    """What a queue row turns into when its time has come."""

    occurrence: Occurrence | None = None
    """None when the hint was wrong and the row is only planned anew."""
    again: Due | None = None
    """The reminder's next ring; None after repeats, and for a reminder that is off."""
    second_chance_at: datetime | None = None


class Case(Struct, frozen=True, kw_only=True):
    """A due moment with what its patient set: all that the decision needs, apart from what was done."""

    clinic_id: str
    patient_id: str
    reminder_id: str
    zone: ZoneInfo
    enabled: bool
    settings: ReminderSettings
    snoozed_until: datetime | None
    occurrence: Occurrence


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


class Tally(Struct, frozen=True, kw_only=True):
    """Due moments of a stretch of time: how many ends the ledger owes for them, and why some stayed silent."""

    rang: int
    owed: int
    """Ends of those that rang: one for each device."""
    silent: dict[Reason, int]


class Ring(Struct, frozen=True):
    """Yes, for as long as there is life left."""

    life: timedelta


class Skip(Struct, frozen=True):
    """No, and why."""

    reason: Reason
