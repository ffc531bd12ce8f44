"""What a therapist must look at: the evidence that rules judge, what they find, and the alerts that stay until seen."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from msgspec import Meta, Struct

from homeplan.errors import Conflict
from homeplan.library.instrument import SafetyLevel
from homeplan.values import Id, Value

RuleId = Literal[
    "safety-yes",
    "severe-pain",
    "rise-two",
    "rise-three",
    "soreness-72h",
    "soreness-high",
    "leg-spread",
    "exercise-red",
    "no-checkin",
    "no-exercise",
    "improving",
]
Severity = Literal["high", "normal", "low", "positive"]
SEVERITIES: tuple[Severity, ...] = ("high", "normal", "low", "positive")
"""Most pressing first."""

Input = float | str | list[str] | None
"""One value that a rule looked at: a score, hours, a day (2026-03-02), region or safety ids; None when unknown."""


class Answer(Struct, frozen=True, kw_only=True):
    """A check-in as the rules see it. Scores are 0-10; None means not answered, which is not 0."""

    day: date
    received_at: datetime
    """When the server came to know this version of the answer."""
    pain_now: int
    pain_worst_24h: int
    soreness: int | None = None
    places: frozenset[tuple[str, str]] | None = None
    """Region slug and side, "both" told as left and right; empty when nothing hurts."""
    since_needling: timedelta | None = None
    """From the end of the latest needling session to the answer; None when there was none before it, and for answers
    that are not judged."""


class SafetyReport(Struct, frozen=True, kw_only=True):
    """A safety screen with at least one "yes"."""

    source: str
    """What tells it from other reports: the check-in's day, or the id of a safety answer."""
    received_at: datetime
    yes: Mapping[str, SafetyLevel]


class ExerciseSession(Struct, frozen=True, kw_only=True):
    """A local day on which at least one exercise was done, fully, partly, in its tiny form, or stopped for pain."""

    day: date
    received_at: datetime
    worst_pain_during: int | None
    """0-10; None when pain was not recorded."""


class StartingPain(Struct, frozen=True, kw_only=True):
    """Pain now over the seven local days that begin with the first check-in of the episode."""

    first_day: date
    total: int
    """The sum of the scores, so that the mean is exact."""
    count: int


class Course(Struct, frozen=True, kw_only=True):
    """How an active plan is followed; given only when the time-based rules are due."""

    active_since: date
    """The local day on which the plan began."""
    last_checkin: date | None
    """None when there has not been one since the plan began."""
    exercise_due_days: int
    """How many of the seven days before today had an exercise due."""


class Evidence(Struct, frozen=True, kw_only=True):
    """All that is known of one patient when the rules are asked."""

    zone: ZoneInfo
    answers: tuple[Answer, ...] = ()
    """By day, one a day, the last two weeks."""
    judged: frozenset[date] = frozenset()
    """The days whose check-in is judged besides today and the two days before: those that a late answer touches."""
    starting_pain: StartingPain | None = None
    safety: tuple[SafetyReport, ...] = ()
    sessions: tuple[ExerciseSession, ...] = ()
    """By day, the last week at least."""
    course: Course | None = None


class Finding(Struct, frozen=True, kw_only=True):
    """A rule that holds."""

    rule: RuleId
    version: int
    trigger: str
    """What made it hold (a day, a safety answer, the start of a silence): the same trigger is told once."""
    value: float
    """How bad, comparable within a rule only; a standing alert is raised again when it rises."""
    marks: frozenset[str] = frozenset()
    """What was named (safety items, places); a standing alert is raised again when a new one appears."""
    severity: Severity | None = None
    """Set where the rule's severity depends on the answer; otherwise the rule's own holds."""
    known_at: datetime
    """When the evidence came to be known."""
    inputs: Mapping[str, Input]


class Standing(Struct, frozen=True, kw_only=True):
    """An earlier alert of a patient, as far as deciding about a new one needs it."""

    id: str
    rule: RuleId
    trigger: str
    value: float
    marks: frozenset[str]
    severity: Severity
    closed_at: datetime | None


class Raise(Struct, frozen=True, kw_only=True):
    """A decision to put a finding on the list; it takes the place of the open alert `replaces`."""

    finding: Finding
    replaces: str | None


class AcknowledgementEntry(Value, frozen=True):
    """What a therapist says about an alert, and who takes care of it (by default the one who says so)."""

    note: Annotated[str, Meta(max_length=1000)]
    owner: Id | None = None


class Acknowledgement(Value, frozen=True):
    """Somebody has looked."""

    note: str
    by_id: Id
    by_name: str
    owner_id: Id
    owner_name: str
    at: datetime


class Alert(Value, frozen=True):
    """Something a therapist must look at. None changes the plan."""

    id: Id
    patient_id: Id
    patient_name: str
    rule: RuleId
    rule_version: int
    when: str
    """The rule in words."""
    severity: Severity
    basis: str
    """Where the threshold comes from: measured in a cited study, or a convention."""
    inputs: dict[str, Input]
    value: float
    raised_at: datetime
    closed_at: datetime | None
    closed_reason: Literal["acknowledged", "raised-again", "over"] | None
    """`over`: what the rule says no longer holds, for example the patient checked in again."""
    acknowledgement: Acknowledgement | None


class AlreadyClosed(Conflict):
    """This alert is no longer open. Reload the list to see what became of it."""

    code = "alert-closed"
