"""Escalation of an open alert: its state, the people who can be told, and the next step."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from msgspec import Struct

from homeplan.alerts.model import Severity
from homeplan.delivery.model import StaffChannel
from homeplan.delivery.staff.model import NoticeEnd
from homeplan.values import Id, Instant, Name, Value

Rung = Literal["therapist", "duty", "cover", "team", "administrators"]
RUNGS: tuple[Rung, ...] = ("therapist", "duty", "cover", "team", "administrators")
"""The order in which people are told. A step of an escalation is the position of its rung."""


NoticeState = Literal["reached", "open", "lost"]
"""Whether a notice has arrived at one of a person's addresses at least, may still arrive, or does not arrive."""


class Escalation(Struct, frozen=True, kw_only=True):
    """The state of one open alert."""

    clinic_id: str
    alert_id: str
    patient_id: str
    severity: Severity
    since: datetime
    """The last event under the alert: it was raised, or told again."""
    step: int
    """Position in RUNGS up to which people were told; -1 before anybody was."""
    notified_at: datetime | None
    """The last time at which somebody was told since `since`."""
    next_attempt_due_at: datetime | None
    """The time of the next attempt to reach the patient, after one without success."""
    notice_states: Mapping[str, NoticeState] = {}
    """The people who were told at `notified_at`."""


class People(Struct, frozen=True, kw_only=True):
    """The people who can be told about one patient's alert at one instant: ids of working staff."""

    therapists: tuple[str, ...]
    """The therapist of the patient; the cover person in place of one who is absent."""
    on_duty: tuple[str, ...]
    """On duty, or on call outside clinic hours."""
    covers: tuple[str, ...]
    """The standing cover persons of the therapists."""
    team: tuple[str, ...]
    """The rest of the care team."""
    administrators: tuple[str, ...]


class Notice(Struct, frozen=True, kw_only=True):
    """One person to tell."""

    staff_id: str
    critical: bool
    """Whether quiet hours do not hold: for people on duty, and for administrators where there is nobody on duty."""


class Plan(Struct, frozen=True, kw_only=True):
    """The result of one evaluation of an escalation."""

    notices: tuple[Notice, ...]
    step: int
    next_at: datetime | None
    """None: nothing more is done by itself (low and positive alerts)."""


class NotifiedChannel(Value, frozen=True):
    """A channel by which a member of staff was told about an alert, and its end."""

    channel: StaffChannel
    end: NoticeEnd | None
    """None where the ledger does not tell: in a digest, or after its rows were deleted."""


class NotifiedPerson(Value, frozen=True):
    """A member of staff who was told about an alert."""

    id: Id
    name: Name
    at: Instant
    step: Rung
    channels: tuple[NotifiedChannel, ...]
    """One per address to which it was sent."""


class NextStep(Value, frozen=True):
    """The next step of an alert that nobody acknowledges."""

    at: Instant
    step: Rung
    people: tuple[str, ...]
    """Names of the people who are told then, besides those told before; empty when the same are told again."""


class AlertEscalation(Value, frozen=True):
    """The people who were told about an alert, and the next step; None when it is closed."""

    alert_id: Id
    notified: tuple[NotifiedPerson, ...]
    """The latest first; at most 100."""
    next: NextStep | None
