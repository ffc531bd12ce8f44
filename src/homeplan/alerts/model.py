"""Evidence that the alert rules judge, findings of the rules, and the alerts that stay open until somebody acts."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from msgspec import Meta, Struct

from homeplan.errors import Conflict, Invalid
from homeplan.library.instrument import SafetyLevel
from homeplan.programs.model import ExerciseBout
from homeplan.typed import PROSE
from homeplan.values import Id, Value

RuleId = Literal[
    "safety-yes",
    "severe-pain",
    "rise-two",
    "rise-three",
    "soreness-72h",
    "soreness-high",
    "adverse-event",
    "leg-spread",
    "exercise-red",
    "no-checkin",
    "no-exercise",
    "improving",
    "needled-despite-stop",
    "consent-withdrawn",
]
Severity = Literal["high", "normal", "low", "positive"]
SEVERITIES: tuple[Severity, ...] = ("high", "normal", "low", "positive")
"""The most urgent first."""

Outcome = Literal[
    "sent-to-emergency",
    "sent-to-doctor",
    "spoke-continue",
    "spoke-stay-paused",
    "could-not-reach",
    "entered-by-mistake",
]
"""The result of following up an alert."""
COULD_NOT_REACH: Outcome = "could-not-reach"
"""An attempt, not an outcome: the alert stays open."""

Input = float | str | list[str] | None
"""One value that a rule looked at: a score, hours, a day (2026-03-02), region or safety ids; None when unknown."""


class Answer(Struct, frozen=True, kw_only=True):
    """A check-in as the rules see it. Scores are 0-10; None means not answered, which is not 0."""

    day: date
    received_at: datetime
    """The time at which the server received this version of the answer."""
    pain_now: int
    pain_worst_24h: int
    soreness: int | None = None
    places: frozenset[tuple[str, str]] | None = None
    """Region slug and side, with "both" split into left and right; empty when nothing hurts."""
    since_needling: timedelta | None = None
    """From the end of the latest needling session to the answer; None when there was none before it, and for answers
    that are not judged."""


class SafetyReport(Struct, frozen=True, kw_only=True):
    """A safety screen with at least one "yes"."""

    source: str
    """Identifies the report: the check-in's day, or the id of a safety answer."""
    received_at: datetime
    yes: Mapping[str, SafetyLevel]


class StartingPain(Struct, frozen=True, kw_only=True):
    """Pain now over the seven local days that begin with the first check-in of the episode."""

    first_day: date
    total: int
    """The sum of the scores, so that the mean is exact."""
    count: int


class Engagement(Struct, frozen=True, kw_only=True):
    """The patient's use of an active plan; given only when the time-based rules are due."""

    active_since: date
    """The local day on which the plan began."""
    last_checkin: date | None
    """None when there is none since the plan began."""
    exercise_due_days: int
    """Number of the seven days before today that had an exercise due."""


class Evidence(Struct, frozen=True, kw_only=True):
    """Everything that the rules know of one patient."""

    zone: ZoneInfo
    answers: tuple[Answer, ...] = ()
    """The last two weeks, one per day, by day."""
    judged: frozenset[date] = frozenset()
    """Days whose check-in is judged besides today and the two days before: those that a late answer affects."""
    starting_pain: StartingPain | None = None
    safety: tuple[SafetyReport, ...] = ()
    bouts: tuple[ExerciseBout, ...] = ()
    """By day, the last week at least."""
    engagement: Engagement | None = None


class Finding(Struct, frozen=True, kw_only=True):
    """A rule that holds for a patient now."""

    rule: RuleId
    version: int
    trigger: str
    """The cause (a day, a safety answer, the start of a silence): the same trigger is reported once."""
    value: float
    """The severity, comparable within one rule only; an open alert is raised again when it rises."""
    marks: frozenset[str] = frozenset()
    """The safety items or places named; an open alert is raised again when a new one appears."""
    severity: Severity | None = None
    """Set where the rule's severity depends on the answer; otherwise the rule's own holds."""
    known_at: datetime
    """The time at which the server received the evidence."""
    inputs: Mapping[str, Input]


class EarlierAlert(Struct, frozen=True, kw_only=True):
    """An alert that a patient has or had, as far as the decision about a new one needs it."""

    id: str
    rule: RuleId
    trigger: str
    value: float
    marks: frozenset[str]
    severity: Severity
    closed_at: datetime | None


class NewAlert(Struct, frozen=True, kw_only=True):
    """A finding to raise as an alert; it replaces the open alert with the id `replaces`."""

    finding: Finding
    replaces: str | None


class AcknowledgementEntry(Value, frozen=True):
    """A therapist's note about an alert, and the person who follows it up (by default the therapist).

    A critical or high alert needs an outcome, and a note of at least three letters: what was found and advised. With
    `could-not-reach` it stays open.
    """

    note: Annotated[str, Meta(max_length=1000, extra=PROSE)]
    owner: Id | None = None
    outcome: Outcome | None = None
    id: Id | None = None
    """Made by the client for an attempt to reach the patient, so that one that is sent twice is stored once."""


class Attempt(Value, frozen=True):
    """An attempt to reach the patient about an alert, without success."""

    id: Id
    note: str
    by_id: Id
    at: datetime


class Acknowledgement(Value, frozen=True):
    """The person who acted on an alert, the time, and the person who follows it up."""

    note: str
    by_id: Id
    by_name: str
    owner_id: Id
    owner_name: str
    at: datetime
    outcome: Outcome | None = None
    """None where no outcome was needed."""


class Alert(Value, frozen=True):
    """Something that a therapist must look at. An alert never changes the plan."""

    id: Id
    patient_id: Id
    patient_name: str
    rule: RuleId
    rule_version: int
    when: str
    """The rule in words."""
    severity: Severity
    basis: str
    """The source of the threshold: measured in a cited study, or a convention."""
    inputs: dict[str, Input]
    value: float
    raised_at: datetime
    closed_at: datetime | None
    closed_reason: Literal["acknowledged", "raised-again", "over"] | None
    """`over`: the rule no longer holds, for example because the patient checked in again."""
    acknowledgement: Acknowledgement | None
    attempts: tuple[Attempt, ...] = ()
    """The earliest first."""


class AlreadyClosed(Conflict):
    """This alert is no longer open. Reload the list to see how it was closed."""

    code = "alert-closed"


class OutcomeNeeded(Invalid):
    """An urgent alert needs an outcome, and a note of at least three letters."""

    code = "outcome-needed"
