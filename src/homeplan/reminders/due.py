"""Due reminders: what is due, what is known about the patient, and the decision whether to ring. Pure."""

from datetime import UTC, date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from msgspec import Struct

from homeplan.reminders.model import ReminderEntry, ReminderKind, ReminderSettings, SilenceReason

USEFUL_LIFE = timedelta(hours=2)
"""Useful life of a reminder after its due time (docs/adr/0003)."""

SHORTEST_LIFE = timedelta(seconds=60)
"""The smallest TTL that push services honour; a reminder with less useful life left is stale."""

OUTDATED = datetime.fromtimestamp(0, UTC)
"""The due time of a queue row whose stored due time is outdated: the next tick computes it again."""


class DueTime(Struct, frozen=True):
    """The local day that a reminder rings for, and the instant (UTC) at which it does."""

    day: date
    at: datetime


class Occurrence(Struct, frozen=True, kw_only=True):
    """One reminder coming due on one local day."""

    kind: ReminderKind
    day: date
    """The patient's local day that it is for."""
    slot: int
    due_at: datetime
    asked_at: datetime
    """The first ring on this day; a log entered since then makes a repeat unnecessary."""
    deadline_at: datetime


class QueuedReminder(Struct, frozen=True, kw_only=True):
    """A queue row that is due, with the patient's settings."""

    clinic_id: str
    reminder_id: str
    patient_id: str
    slot: int
    day: date
    due_at: datetime
    """A hint: the wall clock may have changed since it was computed."""
    asked_at: datetime
    entry: ReminderEntry
    settings: ReminderSettings
    home_time_zone: str
    phone_time_zone: str | None
    second_way_after: timedelta | None
    """Time for which a push may wait to be shown; None for a patient without a second way that works."""
    snoozed_until: datetime | None


class RowPlan(Struct, frozen=True, kw_only=True):
    """The plan for a due queue row."""

    occurrence: Occurrence | None = None
    """None when the stored due time was wrong and the row is only planned again."""
    next_ring: DueTime | None = None
    """The reminder's next ring; None after repeats, and for a reminder that is off."""
    second_chance_at: datetime | None = None
    second_way_at: datetime | None = None
    """Takes the place of the second chance where the patient has a second way."""


class DueReminder(Struct, frozen=True, kw_only=True):
    """An occurrence with the patient's settings: what the decision needs, apart from what was done."""

    clinic_id: str
    patient_id: str
    reminder_id: str
    zone: ZoneInfo
    enabled: bool
    settings: ReminderSettings
    snoozed_until: datetime | None
    occurrence: Occurrence


class Facts(Struct, frozen=True, kw_only=True):
    """Facts about the patient at the time of the decision."""

    enabled: bool
    in_care: bool
    """False once the episode of care has ended, or before there is one."""
    left: int
    """Number of items of this kind still to do on that day; 0 also when none were due."""
    on_plan: bool
    """Whether any item of this kind is on the plan that day, done or not."""
    logged_at: datetime | None
    """The latest log of this kind."""
    exercise_paused: bool
    """Paused by a safety answer until a member of staff lifts the pause."""
    rings_today: int
    """Rings of all kinds granted before this one on the same local day, without snoozes."""
    snoozed_until: datetime | None
    in_quiet_hours: bool
    paused_until: date | None
    daily_cap: int
    push: "PushState" = "unseen"
    """Only of a second way: the state of the pushes that it replaces."""


PushState = Literal["unseen", "shown", "under-way"]
"""State of the pushes of one ring together: `shown` when one was, `under-way` when one is being sent, else `unseen`."""


class OccurrenceCounts(Struct, frozen=True, kw_only=True):
    """Occurrences of a stretch of time: how many rang, how many outcomes the ledger expects, and why others did not."""

    rang: int
    expected: int
    """Outcomes expected for those that rang: one per device."""
    silent: dict[SilenceReason, int]


class Ring(Struct, frozen=True):
    """The decision to ring, with the useful life that is left."""

    life: timedelta


class Wait(Struct, frozen=True):
    """The decision to ask again soon: a push of the ring is being sent at this moment."""


class Skip(Struct, frozen=True):
    """The decision to stay silent, with its reason."""

    reason: SilenceReason
