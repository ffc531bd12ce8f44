"""The structs and errors of programs: phases, prescriptions, revisions, steps of the plan clock.

A program follows two clocks (docs/adr/0002-two-clocks.md): phases count hours from the program's anchor, the
after-needling overlay counts hours from the end of the latest needling session.
"""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta

from homeplan.errors import Conflict
from homeplan.library.dosage import Dosage, TinyDose
from homeplan.library.model import LoadType
from homeplan.library.texts import Sentence, Title
from homeplan.values import Id, Slug, Text, Value

ItemKind = Literal["exercise", "activity", "education"]
OneSide = Literal["left", "right"]


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


class VersionConflict(Conflict):
    """A newer revision was published while you were editing. Compare the two and decide."""

    code = "version-conflict"


class DraftConflict(Conflict):
    """Someone else saved this draft in the meantime. Compare the two and decide."""

    code = "draft-conflict"
