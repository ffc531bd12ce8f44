"""Needling sessions: what was needled, the screen before it, the findings of the rules, and the errors."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, field

from homeplan.errors import Conflict, Invalid
from homeplan.library.needling import Effect, Technique, Trimester
from homeplan.typed import PROSE
from homeplan.values import Id, Instant, Nprs, Slug, Text, Value

Why = Annotated[str, Meta(min_length=3, max_length=300, extra=PROSE)]
"""The reason of a correction, or why a session is taken back."""
CoIntervention = Literal["manual-therapy", "exercise", "education", "heat", "cold", "electrotherapy", "taping"]
ScreenDecision = Literal["go-ahead", "adapt", "do-not-needle"]


class NeedledMuscle(Value, frozen=True, kw_only=True):
    """One muscle treated in a session."""

    muscle: Slug
    side: Literal["left", "right", "both", "middle"]
    """`middle` is in older records only: it is refused since muscles have two sides."""
    technique: Technique
    twitch: bool | None = None
    """Whether a local twitch was seen; None when it was not noted."""


class ScreenAnswer(Value, frozen=True, kw_only=True):
    """The answer to one item of the needling screen."""

    answer: Literal["yes", "no", "not-known"]
    at_site: bool | None = None
    """Whether it is at the needled site; told with a yes to an item that asks for the site."""
    trimester: Trimester | None = None
    """None when it is not known."""


class NeedlingScreen(Value, frozen=True, kw_only=True):
    """The contraindication screen before needling: the answer to each item, who asked, and what was decided."""

    answers: Annotated[dict[Slug, ScreenAnswer], Meta(max_length=60)] = field(default_factory=dict)
    """By item."""
    asked_by: Id | None = None
    """The member of staff who asked; None: the one who recorded it."""
    decision: ScreenDecision
    reason: Annotated[str, Meta(max_length=500, extra=PROSE)] = ""
    """The reason why the session went ahead or was adapted; needed for a finding with the effect `override`, for an
    answer "not known" of one, and when the session was adapted."""
    present: Annotated[tuple[Slug, ...], Meta(max_length=30)] = ()
    """Older records only: the items that were present, when the others were not answered one by one."""


class NeedlingFinding(Value, frozen=True, kw_only=True):
    """A rule of needling that holds for a session, with its words and basis at that time."""

    rule: Slug
    effect: Effect
    because: Literal["yes", "not-known", "record"]
    """The answer to `item`, or a fact of the record."""
    item: Slug | None = None
    muscles: tuple[Slug, ...] = ()
    """The needled muscles that it is about; empty: the session as a whole."""
    text: Text
    basis: str


class NeedlingEntry(Value, frozen=True, kw_only=True):
    """A needling session as the therapist enters it."""

    started_at: Instant
    ended_at: Instant
    """The time at which the last needle was out; both clocks count from here."""
    muscles: Annotated[tuple[NeedledMuscle, ...], Meta(max_length=40)]
    screen: NeedlingScreen
    co_interventions: Annotated[tuple[CoIntervention, ...], Meta(max_length=7)] = ()
    pain_before: Nprs | None = None
    pain_after: Nprs | None = None
    note: Annotated[str, Meta(max_length=2000, extra=PROSE)] = ""
    check_id: Id | None = None
    """The pre-session check that this record follows."""
    despite_stop: Annotated[str, Meta(max_length=500, extra=PROSE)] | None = None
    """The reason why a session that a rule stops did take place. Storing it tells the clinic's administrators."""


class NeedlingSession(NeedlingEntry, frozen=True, kw_only=True):
    """The current version of a needling session; an amendment adds a version and keeps those before."""

    id: Id
    episode_id: Id
    version: int
    """1 at first, one more for each amendment."""
    recorded_at: datetime
    recorded_by: Id
    correction: str | None = None
    """The reason why this version replaced the one before."""
    findings: tuple[NeedlingFinding, ...] = ()
    """The rules of needling that held when this version was recorded."""


class SessionVersion(Value, frozen=True, kw_only=True):
    """One version of a needling session, and who wrote it."""

    session: NeedlingSession
    recorded_by_name: str


class SessionVersions(Value, frozen=True, kw_only=True):
    """Everything that was written of one needling session."""

    versions: tuple[SessionVersion, ...]
    """The current one first."""
    voided_at: datetime | None = None
    voided_by_name: str | None = None
    void_reason: str | None = None


class NeedlingSessionChanged(Conflict):
    """This needling session was amended in the meantime. Reload it and decide again."""

    code = "session-changed"


class ScreenForbids(Invalid):
    """The contraindication screen does not allow this session as it is written down."""

    code = "screen-forbids"
