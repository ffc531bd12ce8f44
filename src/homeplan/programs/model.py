"""The structs and errors of programs: episodes of care, needling sessions, revisions, prescriptions, exercise logs.

A program follows two clocks (docs/adr/0002-two-clocks.md): phases count hours from the program's anchor, the
after-needling overlay counts hours from the end of the latest needling session.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType, field

from homeplan.errors import Conflict, Invalid
from homeplan.library.model import Dosage, LoadType, TinyDose
from homeplan.library.needling import Effect, Technique, Trimester
from homeplan.library.texts import Sentence, Title
from homeplan.typed import PROSE
from homeplan.values import Id, InPhoneZone, Instant, Nprs, Slug, Text, Value

ItemKind = Literal["exercise", "activity", "education"]
OneSide = Literal["left", "right"]
Problem = Annotated[str, Meta(min_length=1, max_length=500, extra=PROSE)]
Goal = Annotated[str, Meta(min_length=1, max_length=500, extra=PROSE)]
"""An ability that the patient wants to regain, in the patient's own words."""


class Stage(StrEnum):
    """The stage that an episode of care has reached."""

    INVITED = "invited"
    ACTIVE = "active"
    GOAL_REACHED = "goal_reached"
    DISCHARGED = "discharged"


class StageChange(Value, frozen=True, kw_only=True):
    """A change of stage: to which one, when, and by whom (a staff member's or the patient's id)."""

    stage: Stage
    at: datetime
    by_id: Id


class EpisodeOfCare(Value, frozen=True, kw_only=True):
    """One course of treatment for one problem, from the invitation to the discharge; one is open at a time."""

    id: Id
    patient_id: Id
    problem: Problem | None
    goal: Goal | None
    changes: tuple[StageChange, ...]
    """Every change of stage, oldest first; never empty."""
    stage: Stage
    """The stage of the last change."""
    no_floor: bool = False
    """True for a patient who is not to lie or kneel on the floor."""


class EpisodeEntry(Value, frozen=True, kw_only=True):
    """A new course of treatment."""

    problem: Problem | None = None
    goal: Goal | None = None
    no_floor: bool = False
    """True for a patient who is not to lie or kneel on the floor."""


class EpisodeChanges(Value, frozen=True, kw_only=True):
    """Changes to an episode of care; a field that is left out stays as it is."""

    problem: Problem | UnsetType | None = UNSET
    goal: Goal | UnsetType | None = UNSET
    stage: Stage | UnsetType = UNSET
    no_floor: bool | UnsetType = UNSET


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
    findings: tuple[NeedlingFinding, ...] = ()
    """The rules of needling that held when this version was recorded."""


class Phase(Value, frozen=True, kw_only=True):
    """A range of hours on the plan clock, counted from the anchor: from_h <= elapsed < to_h."""

    slug: Slug
    from_h: Annotated[int, Meta(ge=0, le=20_000)]
    to_h: Annotated[int, Meta(ge=1, le=20_000)] | None
    """None for the last phase, which has no end."""
    title: Title
    intent: Sentence
    dose_factor: Annotated[float, Meta(ge=0.25, le=1.0)]
    """The factor by which doses of the plan shrink in these hours after a needling session (phases below 72 h)."""


class Prescription(Value, frozen=True, kw_only=True):
    """One item of a revision, with a copy of what the rules need from the library's item, so that it never changes."""

    id: Id
    """The same from one revision to the next while the item stays in the program."""
    kind: ItemKind
    slug: Slug
    version: int
    """The library item's version that was prescribed."""
    phases: tuple[Slug, ...]
    dosage: Dosage | None
    """None for education. An activity uses only `times_per_day` and `weekdays`."""
    tiny: TinyDose | None
    """The smallest version that counts as done; exercises only."""
    side: OneSide | None
    """The one side to train; None for both or neither."""
    note: Text | None
    position: int
    load_type: LoadType | None
    """Exercises only."""
    primary_muscles: tuple[Slug, ...]
    """The muscles that an exercise clearly loads or stretches."""
    waits_for: tuple[Slug, ...] | None = None
    """The muscles for whose needling it rests 48 hours. None in revisions of older releases: timeline/listing.py
    decides by load type."""
    body_position: Slug | None = None
    """The position in which an exercise is done; None in revisions of older releases."""
    without_floor: Slug | None = None
    """The position in which it is done without the floor; None when there is none."""


class RevisionSummary(Value, frozen=True, kw_only=True):
    """A revision without its items: for lists, and for "updated by your therapist" on the phone."""

    number: int
    effective_from: datetime
    published_at: datetime
    author_id: Id
    author: str
    """The author's name at the time of publishing."""
    change_summary: Text


class Revision(RevisionSummary, frozen=True, kw_only=True):
    """One published state of a program: immutable, in force from `effective_from` until a newer one takes effect."""

    phases: tuple[Phase, ...]
    prescriptions: tuple[Prescription, ...]
    overlay: tuple[Prescription, ...]
    """The items that are listed first in the 72 hours after each needling session."""
    no_floor: bool = False
    """True for a plan without lying or kneeling."""

    def summary(self) -> RevisionSummary:
        return RevisionSummary(
            number=self.number,
            effective_from=self.effective_from,
            published_at=self.published_at,
            author_id=self.author_id,
            author=self.author,
            change_summary=self.change_summary,
        )


GateReason = Literal["pain", "alert", "paused", "too-few-days"]
"""Reason why a phase waits: pain of the last week above the start by more than a point or unknown, an open pain rise or
urgent alert, a pause of exercises, exercise on less than half of the due days of two weeks."""


class PlanStep(Value, frozen=True, kw_only=True):
    """One entry in the record of a program's clock, by rule or by a member of staff."""

    at: datetime
    kind: Literal["phase", "restart", "walk"]
    """To begin a phase, to begin it again after two weeks away, to walk for another time."""
    phase: Slug | None = None
    """The phase that begins at `at`; None for a walk."""
    walk_s: int | None = None
    """Seconds of walking per week from then on; walks only."""
    by_id: Id | None = None
    """The member of staff; None when a rule decided."""


class Program(Value, frozen=True, kw_only=True):
    """The home program of an episode of care: its revisions, oldest first, never empty."""

    id: Id
    episode_id: Id
    anchor_session_id: Id | None
    """The needling session at whose end the plan clock starts: the latest when the first revision was published."""
    ended_at: datetime | None
    """The discharge of the episode; nothing is on from then."""
    revisions: tuple[Revision, ...]
    no_floor: bool = False
    """True for a patient who is not to lie or kneel on the floor, in any plan of the episode."""
    gated: bool = False
    """True when p4 and p5 begin at a gate. Programs of older releases go on by hours alone."""
    gate_waits: tuple[GateReason, ...] = ()
    """The reasons for which the next phase waited when its gate was last checked."""
    steps: tuple[PlanStep, ...] = ()
    """Oldest first."""


Outcome = Literal["completed", "partly", "tiny", "skipped"]
SkipReason = Literal["pain", "tired", "time", "forgot", "unsure", "better"]
Count = Annotated[int, Meta(ge=0, le=1000)]


class ExerciseLogEntry(InPhoneZone, frozen=True, kw_only=True):
    """The patient's record of one item, as the phone sends it, with its zone at `occurred_at`."""

    prescription_id: Id
    day: date
    """The patient's local day to which it belongs."""
    occurred_at: Instant
    outcome: Outcome
    skip_reason: SkipReason | None = None
    sets_done: Count | None = None
    reps_done: Count | None = None
    """Repetitions in total, over all sets and both sides."""
    seconds_done: Annotated[int, Meta(ge=0, le=86_400)] | None = None
    """Seconds in total, over all sets and both sides."""
    pain_during: Nprs | None = None
    effort: Nprs | None = None
    """The perceived effort, 0-10."""
    stopped: bool = False
    """True when the patient stopped because it hurt too much."""


class ExerciseLog(ExerciseLogEntry, frozen=True, kw_only=True):
    """A stored log, with what the server adds to it."""

    id: Id
    """Made by the phone, so that a log sent twice is stored once."""
    kind: ItemKind
    slug: Slug
    revision: int
    """The number of the revision in force when it happened."""
    counts: bool
    """Whether it counts as done: by its numbers at least the tiny dose on each side that is due, without numbers
    completed, tiny or a part."""


class ExerciseBout(Struct, frozen=True, kw_only=True):
    """One time that an exercise was done, fully, partly, in its tiny form, or stopped for pain."""

    day: date
    occurred_at: datetime
    received_at: datetime
    """The time at which the server received the log."""
    pain_during: int | None
    """0-10; None when pain was not recorded."""
    stopped: bool
    """The patient stopped because it hurt too much."""


class NoOpenEpisode(Conflict):
    """There is no open episode of care. Open one first."""

    code = "no-open-episode"


class EpisodeStillOpen(Conflict):
    """This patient already has an open episode of care. Discharge it before you open another."""

    code = "episode-still-open"


class StageNotAllowed(Conflict):
    """An episode of care cannot take that step from where it stands."""

    code = "stage-not-allowed"


class VersionConflict(Conflict):
    """A newer revision was published while you were editing. Compare the two and decide."""

    code = "version-conflict"


class DraftConflict(Conflict):
    """Someone else saved this draft in the meantime. Compare the two and decide."""

    code = "draft-conflict"


class NeedlingSessionChanged(Conflict):
    """This needling session was amended in the meantime. Reload it and decide again."""

    code = "session-changed"


class ScreenForbids(Invalid):
    """The contraindication screen does not allow this session as it is written down."""

    code = "screen-forbids"


class LogDayClosed(Invalid):
    """An exercise can be logged for the day it happened and the two days before."""

    code = "log-day-closed"


class NotInPlan(Invalid):
    """This item is not part of the plan. Reload the plan and try again."""

    code = "not-in-plan"
