"""The daily check-in, the safety screen, and the exercise pause that a worrying safety answer starts."""

from datetime import date, datetime
from functools import lru_cache
from typing import Annotated, Literal

from msgspec import Meta, Struct, field, json

from homeplan.accounts.model import EnteredBy
from homeplan.contact.log.model import ContactKind, SpokeWith
from homeplan.errors import Conflict, Invalid
from homeplan.library.instrument import SafetyLevel
from homeplan.typed import PROSE
from homeplan.values import Id, InPhoneZone, Instant, Nprs, Side, Slug, Text, Value

Sleep = Literal["good", "some", "poor"]
"""Slept well, woke up some, slept badly."""
Note = Annotated[str, Meta(max_length=500)]
SafetyId = Annotated[str, Meta(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9_.-]+$")]
"""An item of the safety screen. One that this version does not know counts as urgent."""
InstrumentVersion = Annotated[str, Meta(min_length=5, max_length=20, pattern=r"^\d+\.\d+\.\d+$")]


class Region(Value, frozen=True, kw_only=True):
    """A region of the body map that hurts, with its side."""

    slug: Slug
    side: Side


@lru_cache(maxsize=4096)
def decoded_regions(stored: str) -> tuple[Region, ...]:
    """The regions of a stored JSON array; the same few come again and again."""
    return json.decode(stored, type=tuple[Region, ...])


@lru_cache(maxsize=4096)
def decoded_items(stored: str) -> tuple[str, ...]:
    """The items of the safety screen in a stored JSON array."""
    return json.decode(stored, type=tuple[str, ...])


class CheckInEntry(InPhoneZone, frozen=True, kw_only=True):
    """One day's answers as the phone sends them, with its zone at `answered_at`.

    Scores are 0-10; a missing field was not answered, which is not 0.
    """

    client_event_id: Id
    """Made on the phone when the answers were saved there; a repeated request carries the same id."""
    answered_at: Instant
    """The time at which they were saved on the phone, by the phone's clock."""
    pain_now: Nprs
    pain_worst_24h: Nprs = field(name="painWorst24h")
    """May be below `pain_now`: contradictory answers are stored as they were given."""
    pain_average_24h: Nprs | None = field(default=None, name="painAverage24h")
    soreness: Nprs | None = None
    """Soreness of the needled muscle, asked after needling until it has settled (soreness.py)."""
    regions: Annotated[tuple[Region, ...], Meta(max_length=24)] | None = None
    """Empty when nothing hurts, missing when it was not answered."""
    interference: Nprs | None = None
    sleep: Sleep | None = None
    note: Note | None = None
    """For the clinic to read. A note alone raises no alert."""
    anything_new: bool
    """The gate to the safety screen. True without any item is stored as the item `other`."""
    safety_yes: Annotated[tuple[SafetyId, ...], Meta(max_length=40)] = ()
    """The items of the safety screen answered with yes. They count even when `anything_new` is false, and even when
    the check-in is refused."""
    other_text: Note | None = None
    """Another worry in the patient's words. It stands for the item `other`."""
    instrument_version: InstrumentVersion
    """The version of the questions that was answered."""


class StoredCheckIn(CheckInEntry, frozen=True, kw_only=True):
    """A check-in as the database holds it, without what is computed from other tables when it is read.

    `answered_at` is the phone's time, or the server's where the phone's clock was wrong (`rules.believed_time`).
    """

    day: date
    """The patient's local day, as the phone stated it."""
    received_at: datetime
    """The time at which the server stored this version of the answers."""
    entered_by: EnteredBy | None = None
    """None when the patient entered it."""


class CheckIn(StoredCheckIn, frozen=True, kw_only=True):
    """The check-in of one day as the API shows it."""

    safety_level: SafetyLevel | None
    """The most urgent level of `safety_yes`, which decides what the patient is told to do; None without a yes."""
    soreness_expected: bool
    """Whether soreness is asked for: a session with needles ended less than 168 hours before the answer, and no answer
    of 3 or less was given more than 72 hours after it. A score given at other times is stored all the same."""


class DayPain(Value, frozen=True, kw_only=True):
    """Pain now at the check-in of one day."""

    day: date
    pain_now: Nprs


class SafetyAnswerEntry(InPhoneZone, frozen=True, kw_only=True):
    """The safety screen answered outside a check-in."""

    id: Id
    """Made on the phone; an answer sent twice is stored once."""
    answered_at: Instant
    safety_yes: Annotated[tuple[SafetyId, ...], Meta(max_length=40)]
    """Empty when every item was answered with no."""
    other_text: Note | None = None
    """Another worry in the patient's words. It stands for the item `other`."""
    retracts: Id | None = None
    """An earlier answer with a yes that was a mistake, by its id; a check-in by its `client_event_id`. Nothing is
    deleted, and the alert stays."""


class SafetyAnswer(SafetyAnswerEntry, frozen=True, kw_only=True):
    """A stored answer to the safety screen."""

    received_at: datetime
    safety_level: SafetyLevel | None
    entered_by: EnteredBy | None = None
    """None when the patient entered it."""


class CheckInByStaff(CheckInEntry, frozen=True, kw_only=True):
    """A check-in that a member of staff enters for a patient who telephones."""

    day: date
    """The patient's local day."""


class Sign(Struct, frozen=True, kw_only=True):
    """An answer to the safety screen, in a check-in or outside, as an open warning is made of it."""

    id: str
    answered_at: datetime
    yes: tuple[str, ...]
    retracts: str | None = None


class RecentNeedling(Value, frozen=True, kw_only=True):
    """The latest session with needles of the last seven days, for the patient to tell in an emergency."""

    ended_at: datetime
    muscles: tuple[Text, ...]
    """Their titles, each once."""


class OpenWarning(Value, frozen=True, kw_only=True):
    """Warning signs that no person of the clinic has acknowledged."""

    level: SafetyLevel
    """The most urgent level of the signs."""
    signs: tuple[str, ...]
    """Items of the safety screen, the most urgent first."""
    since: datetime
    """The time of the first answer that has not been acknowledged."""
    answers: tuple[Id, ...]
    """The answers that told them, to be retracted one by one."""
    retracted: bool
    """Whether the patient said of each of the answers that it was a mistake."""


class ExercisePause(Value, frozen=True, kw_only=True):
    """A pause of exercises and their reminders, until a member of staff has spoken with the patient and lifts it."""

    id: Id
    since: datetime
    reason: Literal["emergency", "urgent"]
    """The level of the safety answer that started it."""
    lifted_at: datetime | None = None
    lifted_by: Id | None = None
    acknowledged_alert: Id | None = None
    """The alert whose acknowledgement let it be lifted."""
    contact: Id | None = None
    """The contact after which it was lifted: who spoke with whom, when, and what was advised."""


class LiftEntry(Value, frozen=True, kw_only=True):
    """The conversation after which a pause is lifted. It enters the log of contacts under its id."""

    id: Id
    kind: ContactKind
    spoke_with: SpokeWith
    spoke_at: Instant
    by: Id | None = None
    """The member of staff who spoke; None is who lifts the pause."""
    advice: Annotated[str, Meta(max_length=1000, extra=PROSE)]
    """At least three letters."""


class DayClosed(Invalid):
    """A check-in can be entered for the day of the answer and the two days before it."""

    code = "day-closed"


class AnswerTooOld(Invalid):
    """This answer is older than 90 days. Please check the date on your phone."""

    code = "answer-too-old"


class UnknownRegion(Invalid):
    """A region of the body map is not known, has no such side, or is listed twice."""

    code = "unknown-region"


class AnsweredByAnother(Conflict):
    """Somebody else has answered for this day. Their answer stays; warning signs are kept all the same."""

    code = "answered-by-another"


class NotPaused(Conflict):
    """The exercises are not paused. Reload the page."""

    code = "not-paused"


class AdviceNeeded(Invalid):
    """Lifting a pause needs who spoke with whom, when, and what was advised."""

    code = "advice-needed"


class NotAcknowledged(Conflict):
    """The warning sign is still open. Acknowledge its alert first, with what you found and advised."""

    code = "not-acknowledged"
