"""Evidence that the alert rules judge, findings of the rules, and the alerts that stay open until somebody acts."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Annotated, Literal, NamedTuple
from zoneinfo import ZoneInfo

from msgspec import Meta, Struct

from homeplan.contact.log.model import ContactKind, Minutes, SpokeWith
from homeplan.contact.numbers.model import Telephone
from homeplan.errors import Conflict, Invalid
from homeplan.library.instrument import SafetyLevel
from homeplan.programs.exercise_log import ExerciseBout
from homeplan.typed import PROSE
from homeplan.values import Id, Instant, Value

RuleId = Literal[
    "safety-yes",
    "pain-rise",
    "severe-pain",
    "starts-high",
    "soreness-72h",
    "soreness-high",
    "adverse-event",
    "leg-spread",
    "exercise-red",
    "no-checkin",
    "no-exercise",
    "phase-waiting",
    "improving",
    "no-change",
    "needled-despite-stop",
    "consent-withdrawn",
]
RetiredRuleId = Literal["rise-two", "rise-three"]
"""Rules that are no longer judged; alerts that they raised stay."""
Severity = Literal["critical", "high", "normal", "low", "positive"]
SEVERITIES: tuple[Severity, ...] = ("critical", "high", "normal", "low", "positive")
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


class FirstAnswer(Struct, frozen=True, kw_only=True):
    """A check-in of the first week of the episode. Scores are 0-10."""

    day: date
    pain_now: int
    pain_worst_24h: int


class Answer(FirstAnswer, frozen=True, kw_only=True):
    """A check-in as the rules see it. Scores are 0-10; None means not answered, which is not 0."""

    received_at: datetime
    """The time at which the server received this version of the answer."""
    soreness: int | None = None
    places: frozenset[tuple[str, str]] | None = None
    """Region slug and side, with "both" split into left and right; empty when nothing hurts."""
    since_needling: timedelta | None = None
    """From the end of the latest needling session to the answer; None when there was none before it, and for answers
    that are not judged."""


class PainAt(Struct, frozen=True, kw_only=True):
    """Pain now (0-10) at a check-in, and when it was answered."""

    day: date
    answered_at: datetime
    pain_now: int


class SafetyReport(Struct, frozen=True, kw_only=True):
    """A safety screen with at least one "yes"."""

    source: str
    """Identifies the report: the check-in's day, or the id of a safety answer."""
    received_at: datetime
    yes: Mapping[str, SafetyLevel]


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
    """One per day, by day: at least the 28 days before the oldest judged day."""
    judged: frozenset[date] = frozenset()
    """Days whose check-in is judged besides today and the two days before: those that a late answer affects."""
    first_week: tuple[FirstAnswer, ...] = ()
    """By day: the check-ins of the seven local days that begin with the first check-in of the episode. Rules about the
    course leave out answers before them."""
    safety: tuple[SafetyReport, ...] = ()
    bouts: tuple[ExerciseBout, ...] = ()
    """In order of time, the last week at least."""
    pains: tuple[PainAt, ...] = ()
    """The check-ins around the bouts, in order of time."""
    engagement: Engagement | None = None


class Finding(Struct, frozen=True, kw_only=True):
    """A rule that holds for a patient now."""

    rule: RuleId
    version: int
    trigger: str
    """The cause (a day, a safety answer, the start of a silence): the same trigger is reported once."""
    value: float
    """The amount, comparable within one rule only; an open alert is told again when it rises."""
    marks: frozenset[str] = frozenset()
    """The safety items or places named; an open alert is told again when a new one appears."""
    severity: Severity | None = None
    """Set where the rule's severity depends on the answer; otherwise the rule's own holds."""
    since: date | None = None
    """The first day of the answers that it rests on; given by the rules about worsening only."""
    known_at: datetime
    """The time at which the server received the evidence."""
    inputs: Mapping[str, Input]


class OpenAlert(NamedTuple):
    """The rule and severity of an open alert, and the time since which it waits."""

    rule: RuleId | RetiredRuleId
    severity: Severity
    raised_at: datetime
    again: int = 0
    """Events that came under it since."""
    last_at: datetime | None = None
    """The last of them."""
    next_attempt_at: datetime | None = None
    """The time by which somebody tries again to reach the patient, after an attempt that did not."""
    is_snoozed: bool = False
    inputs: Mapping[str, Input] = {}
    """The values that the rule looked at when it was raised."""


class EarlierAlert(Struct, frozen=True, kw_only=True):
    """An alert that a patient has or had, as far as the decision about a new event needs it."""

    id: str
    rule: RuleId
    triggers: frozenset[str]
    """The causes that it told, the first and those told again."""
    value: float
    """The highest that it told."""
    marks: frozenset[str]
    """All that it named."""
    severity: Severity
    last_event_at: datetime
    closed_at: datetime | None


class News(Struct, frozen=True, kw_only=True):
    """A finding that a person has to be told: again under the open alert with the id `under`, or as a new alert."""

    finding: Finding
    under: str | None


class AlertContact(Value, frozen=True, kw_only=True):
    """The call or conversation about an alert; whether somebody was reached follows from the outcome."""

    id: Id
    kind: ContactKind
    started_at: Instant
    minutes: Minutes | None = None
    spoke_with: SpokeWith | None = None
    """None when nobody was reached."""


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
    contact: AlertContact | None = None
    """The call or conversation that led to the outcome; it enters the log of contacts with the note."""


class OwnerEntry(Value, frozen=True):
    """The member of staff who takes care of an open alert."""

    owner: Id


class SnoozeEntry(Value, frozen=True):
    """The end of a snooze, and a reason of at least three letters."""

    until: Instant
    reason: Annotated[str, Meta(max_length=300, extra=PROSE)]


class Owner(Value, frozen=True):
    """The member of staff who takes care of an open alert."""

    id: Id
    name: str


class AlertSnooze(Value, frozen=True):
    """A normal or low alert that is put aside until a time, or until a new event."""

    until: datetime
    reason: str
    by_name: str


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


RepeatKind = Literal["again", "retracted"]
"""`again`: the rule found something new while the alert was open. `retracted`: the patient says by mistake."""


class Repeat(Value, frozen=True, kw_only=True):
    """Something that happened under an open alert."""

    kind: RepeatKind
    times: int
    """Number of times that the alert was told up to now, the first included: 2 at the first `again`."""
    severity: Severity
    """The severity of this event; the alert has the worst."""
    inputs: dict[str, Input]
    at: datetime


class Alert(Value, frozen=True):
    """Something that a therapist must look at. An alert never changes the plan."""

    id: Id
    patient_id: Id
    patient_name: str
    rule: RuleId | RetiredRuleId
    rule_version: int
    when: str
    """The rule in words."""
    severity: Severity
    basis: str
    """The source of the threshold: measured in a cited study, or a convention."""
    inputs: dict[str, Input]
    """The inputs of the first event."""
    value: float
    raised_at: datetime
    last_event_at: datetime
    """The time at which it was raised, or at which the last of `repeats` happened."""
    times: int
    """Number of times that it was told, the first included."""
    repeats: tuple[Repeat, ...]
    """Events while it was open, in order of time."""
    closed_at: datetime | None
    closed_reason: Literal["acknowledged", "raised-again", "over"] | None
    """`over`: the rule no longer holds, for example because the patient checked in again. `raised-again`: replaced by
    a newer alert, in versions before alerts were told again."""
    acknowledgement: Acknowledgement | None
    attempts: tuple[Attempt, ...] = ()
    """The earliest first."""
    next_attempt_due_at: datetime | None = None
    """The time by which somebody tries again to reach the patient; None without an attempt, and when it is closed."""
    owner: Owner | None = None
    """The person who takes care of it while it is open."""
    snooze: AlertSnooze | None = None
    """None when it is not put aside."""
    telephone: Telephone | None = None
    """The patient's own number; after leaving for as long as it is kept."""


class FollowUp(Value, frozen=True, kw_only=True):
    """The latest step of the clinic about the patient's latest warning sign, for the patient to read."""

    kind: Literal["attempt", "acknowledged"]
    by_name: str
    at: datetime
    outcome: Outcome | None
    """None for an attempt, and where no outcome was needed."""
    next_attempt_due_at: datetime | None
    """The time by which the clinic tries again; None when it is acknowledged."""


class AlreadyClosed(Conflict):
    """This alert is no longer open. Reload the list to see how it was closed."""

    code = "alert-closed"


class CannotSnooze(Conflict):
    """An alert that is urgent cannot be snoozed. Reach the patient, and acknowledge it with the outcome."""

    code = "cannot-snooze"


class UnfitSnooze(Invalid):
    """A snooze needs a reason of at least three letters, and an end within the next 28 days."""

    code = "unfit-snooze"


class OutcomeNeeded(Invalid):
    """An urgent alert needs an outcome, and a note of at least three letters."""

    code = "outcome-needed"
