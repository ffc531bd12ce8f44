"""Exercise logs: what a patient did with one item of the plan, and the errors."""

from datetime import date, datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from homeplan.accounts.model import EnteredBy
from homeplan.errors import Invalid
from homeplan.programs.model import ItemKind
from homeplan.values import Id, InPhoneZone, Instant, Nprs, Slug

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
    entered_by: EnteredBy | None = None
    """The helper who entered it; None when the patient did."""
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


class LogDayClosed(Invalid):
    """An exercise can be logged for the day it happened and the two days before."""

    code = "log-day-closed"


class NotInPlan(Invalid):
    """This item is not part of the plan. Reload the plan and try again."""

    code = "not-in-plan"
