"""Answers after needling, adverse events, and the answers to outcome instruments."""

from datetime import date, datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from homeplan.errors import Conflict, Invalid
from homeplan.library.outcome_content import EventId, EventSeverity, Instrument, InstrumentId, PromptHour
from homeplan.typed import LINE, PROSE
from homeplan.values import Id, InPhoneZone, Instant, Nprs, Value

Causality = Literal["unrelated", "possible", "probable", "certain"]
EventOutcome = Literal["resolved", "ongoing", "lasting", "unknown"]
"""`lasting`: over, with something that stays."""
Words = Annotated[str, Meta(min_length=1, max_length=200, extra=PROSE)]
ActivityWords = Annotated[str, Meta(min_length=1, max_length=80, extra=LINE)]
Score = Annotated[int, Meta(ge=-7, le=10)]
Verdict = Literal["better", "same", "worse"]


class ReportedEvent(Value, frozen=True, kw_only=True):
    """An event since the needling, as the patient reports it."""

    event: EventId
    severity: EventSeverity
    words: Words | None = None
    """For the event `other` only."""


class AfterNeedlingEntry(InPhoneZone, frozen=True, kw_only=True):
    """The answer to one prompt after needling, as the phone sends it."""

    id: Id
    """Made on the phone; an answer sent twice is stored once."""
    session: Id
    """The id of the needling session."""
    prompt_hour: PromptHour
    answered_at: Instant
    events: Annotated[tuple[ReportedEvent, ...], Meta(max_length=11)] = ()
    """Empty when there was none."""
    soreness: Nprs | None = None
    """Soreness of the needled muscle, where the prompt asks for it."""


class AfterNeedlingAnswer(AfterNeedlingEntry, frozen=True, kw_only=True):
    """A stored answer. The patient's own words are with the adverse event only."""

    received_at: datetime


class OpenPrompt(Value, frozen=True, kw_only=True):
    """A prompt of one session: open from `opens_at` (inclusive) to `closes_at` (exclusive) unless it is answered."""

    session_id: Id
    hour: PromptHour
    opens_at: datetime
    closes_at: datetime
    ask: tuple[Literal["safety", "events", "soreness"], ...]


class EventAssessment(Value, frozen=True, kw_only=True):
    """The therapist's judgment of an adverse event; None is not judged yet."""

    causality: Causality | None = None
    serious: bool | None = None
    outcome: EventOutcome | None = None
    began_at: Instant | None = None
    ended_at: Instant | None = None
    closed: bool = False
    """Whether nothing more is to be done about it."""


class AdverseEventByStaff(EventAssessment, frozen=True, kw_only=True):
    """An event after needling that the patient tells a member of staff, with their judgment as far as there is one."""

    id: Id
    """Made by the form; an event sent twice is stored once."""
    session: Id
    """The id of the needling session."""
    event: EventId
    severity: EventSeverity
    words: Words | None = None
    """For the event `other` only."""


class AdverseEvent(EventAssessment, frozen=True, kw_only=True):
    """An event after needling in the session's log."""

    id: Id
    session_id: Id
    prompt_hour: PromptHour | None
    """The prompt to which the patient reported it; None when staff entered it."""
    entered_by: str | None
    """The name of the member of staff who entered it; None when the patient reported it."""
    event: EventId
    severity: EventSeverity
    words: str | None
    """The event in the patient's words; None for all events but `other`, and after the patient left."""
    reported_at: datetime
    assessed_by: str | None
    """The name of the therapist."""
    closed_at: datetime | None
    closed_by: str | None


class PastSoreness(Value, frozen=True, kw_only=True):
    """A soreness score given to a prompt after needling."""

    at: datetime
    score: Nprs


class ScoreEntry(Value, frozen=True, kw_only=True):
    """One score of an instrument; higher is better."""

    value: Score
    activity: Id | None = None
    """The activity that is rated; None for the global rating of change."""
    words: ActivityWords | None = None
    """The activity in the patient's own words, when it is named for the first time."""


class OutcomeEntry(InPhoneZone, frozen=True, kw_only=True):
    """The answers to one instrument on one local day, as the phone sends them."""

    id: Id
    """Made on the phone; an answer sent twice is stored once."""
    instrument: InstrumentId
    day: date
    answered_at: Instant
    scores: Annotated[tuple[ScoreEntry, ...], Meta(min_length=1, max_length=3)]


class ScoreOf(Value, frozen=True, kw_only=True):
    """A stored score."""

    activity: Id | None
    value: Score


class OutcomeAnswer(Value, frozen=True, kw_only=True):
    """The stored answers to one instrument on one local day."""

    id: Id
    instrument: InstrumentId
    episode_id: Id
    day: date
    answered_at: datetime
    scores: tuple[ScoreOf, ...]
    mean: float
    """The mean of the scores, rounded to one decimal."""


class Activity(Value, frozen=True, kw_only=True):
    """An activity of the PSFS; the first one is asked every week."""

    id: Id
    episode_id: Id
    position: int
    words: str | None
    """The patient's own; None after the patient left."""


class Ask(Value, frozen=True, kw_only=True):
    """A round of an instrument that is not answered yet: open from one local day to another, both included."""

    instrument: InstrumentId
    first: date
    last: date


class ActivityScore(Value, frozen=True, kw_only=True):
    """A score of one activity on one local day; higher is better."""

    day: date
    value: Nprs


class MyOutcomes(Value, frozen=True, kw_only=True):
    """Everything that a patient's phone needs to ask about outcomes, also offline."""

    prompts: list[OpenPrompt]
    """Unanswered prompts that are open or will open."""
    soreness: list[PastSoreness]
    """Scores given to prompts in the last eight days, the oldest first."""
    activities: list[Activity]
    """The activities of the current episode, by position."""
    scores: list[ActivityScore]
    """Scores of the first of them, by day."""
    asks: list[Ask]
    """Rounds that are open or open within two weeks, by first day."""


class Difference(Value, frozen=True, kw_only=True):
    """The change between two answers to one instrument, over the activities that both rate."""

    instrument: InstrumentId
    before: float
    """Mean, rounded to one decimal, as the others."""
    before_day: date
    after: float
    after_day: date
    change: float
    rated: int
    """Number of scores that both answers have."""
    verdict: Verdict
    """`better` and `worse` from the cited difference on."""


class ActivityDifference(Value, frozen=True, kw_only=True):
    """The change of one activity between the first and the latest PSFS."""

    activity: Id
    before: int
    after: int
    verdict: Verdict


class SessionDifference(Value, frozen=True, kw_only=True):
    """The last PSFS up to the day of a needling session and the first one after it; None without both."""

    session_id: Id
    ended_at: datetime
    psfs: Difference | None


class ClinicInstrument(Instrument, frozen=True, kw_only=True):
    """An outcome instrument and whether the clinic uses it."""

    on: bool
    permission: str | None
    """Note of the recorded permission; None without one."""


class OutcomesOfPatient(Value, frozen=True, kw_only=True):
    """A patient's outcomes as the therapist sees them, of the latest episode."""

    instruments: list[ClinicInstrument]
    activities: list[Activity]
    answers: list[OutcomeAnswer]
    """By day."""
    episode: list[Difference]
    """First and latest answer per instrument."""
    single: list[ActivityDifference]
    sessions: list[SessionDifference]


class PermissionEntry(Value, frozen=True, kw_only=True):
    """The authors' permission to use an instrument, in the administrator's words: by whom, when, where it is kept."""

    note: Annotated[str, Meta(min_length=3, max_length=500, extra=PROSE)]


class EpisodeDays(Struct, frozen=True):
    """The local days on which an episode of care opened and ended."""

    opened: date
    discharged: date | None


class UnknownSession(Invalid):
    """This needling session is not known, or no needles were used in it."""

    code = "unknown-session"


class UnfitScores(Invalid):
    """These scores do not fit the question. Please answer it again."""

    code = "unfit-scores"


class OutcomeTooOld(Invalid):
    """Your answer is older than 90 days. Please check the date on your phone."""

    code = "outcome-too-old"


class OutcomeDayClosed(Invalid):
    """This can be answered for today and the two days before it."""

    code = "outcome-day-closed"


class InstrumentOff(Conflict):
    """Your clinic does not use this question at the moment."""

    code = "instrument-off"
