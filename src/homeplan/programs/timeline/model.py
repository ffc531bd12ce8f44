"""The structs of the timeline: a list of items with reasons, for an instant, a stretch of time or a past day.

The web puts the reasons into English and Spanish words; a code never changes its meaning.
"""

from datetime import date, datetime
from typing import Literal

from msgspec import field

from homeplan.library.dosage import Dosage, TinyDose
from homeplan.library.texts import Title
from homeplan.programs.model import GateReason, ItemKind, OneSide
from homeplan.values import Id, Slug, Text, Value

TodayReasonCode = Literal[
    # Reasons of an item:
    "after-needling",  # on for the first 72 h after needling: `phase`, `until`
    "plan-phase",  # in the plan for this phase: `phase`
    "topic-of-the-day",  # the education topic of this day
    "dose-reduced",  # a smaller dose because of the needling: `factor`, `until`
    "walk-minutes",  # the minutes of this week's walking instead of the prescribed ones
    "starting-again",  # a smaller dose in the week after two weeks away: `factor`, `until`
    "held-needled-muscle",  # not to do now, since it strains a needled muscle: `muscles`, `until`
    "needs-floor",  # not to do in this plan, since it is done lying or kneeling
    "if-you-like",  # more than an ordinary day asks, so soon after needling: fewer times are due, or none: `until`
    # Reasons of the whole list:
    "no-program",  # nothing was ever published
    "not-started",  # the first revision is in force from `until`
    "discharged",  # the episode of care has ended
    "rest-day",  # the plan has exercises, but not on this weekday
    "nothing-in-phase",  # the phase has no exercise; the next that has one begins at `until`
    "phase-waiting",  # the next phase, `phase`, waits for better days: `waits`
    "awaiting-review",  # `slugs` are held back until a therapist of the clinic signs them
]


class TodayReason(Value, frozen=True, kw_only=True, omit_defaults=True):
    """The reason why an item is on, smaller, held or missing; the comments at TodayReasonCode say which fields go with
    a code."""

    code: TodayReasonCode
    phase: Slug | None = None
    until: datetime | None = None
    factor: float | None = None
    muscles: tuple[Slug, ...] = ()
    slugs: tuple[Slug, ...] = ()
    waits: tuple[GateReason, ...] = ()


class TodayItem(Value, frozen=True, kw_only=True):
    """One item on the patient's list, as it is now."""

    prescription_id: Id
    slug: Slug
    kind: ItemKind
    version: int
    dosage: Dosage | None
    """The dose as adjusted for now; None for education."""
    tiny: TinyDose | None
    side: OneSide | None
    body_position: Slug | None
    """The position in which an exercise is done today; None for advice and topics."""
    times_due: int
    """Number of times due on this local day; 0 while held or optional."""
    held: bool
    """True while it must not be done; it is shown as resting, never as due."""
    optional: bool
    """True while it may be done and is not due: more than an ordinary day asks, so soon after needling."""
    draft: bool
    """True for an item that no therapist of the clinic has signed, in a clinic that allows drafts."""
    note: Text | None
    position: int
    """0, 1, 2 … in the order to show."""
    reasons: tuple[TodayReason, ...]


class Moment(Value, frozen=True, kw_only=True):
    """The items that are on at an instant, without the patient's logs."""

    day: date
    """The patient's local day."""
    revision: int | None
    """The number of the revision in force."""
    phase: Slug | None
    """The phase on the plan clock."""
    phase_title: Title | None
    hours_since_needling: int | None
    """Whole hours since the end of the latest needling session; None when there was none."""
    aftercare_phase: Slug | None
    """The aftercare text to show: p0, p1, p2 in the first 72 h, p3 until 96 h."""
    reasons: tuple[TodayReason, ...]
    items: tuple[TodayItem, ...]


class Segment(Moment, frozen=True, kw_only=True):
    """A stretch of time (start <= t < until, within one local day) in which what is on does not change."""

    start: datetime = field(name="from")
    until: datetime


class ItemProgress(Value, frozen=True, kw_only=True):
    """The number of times that the patient has done one item today, and the number left."""

    prescription_id: Id
    times_done: int
    """Number of times done on the day; at most the number due."""
    times_left: int
    """Number of times left: 0 when done, held or stopped; a skip uses up one time until it is done after all."""
    stopped: bool
    """True when the patient stopped it today because it hurt too much."""


class Today(Moment, frozen=True, kw_only=True):
    """The items that are on for the patient now, and how many of them are done."""

    at: datetime
    progress: tuple[ItemProgress, ...]
    """One per item, in the same order."""


class Due(Value, frozen=True, kw_only=True):
    """The number of times that one item was due on a local day, and the number done (at most the number due)."""

    prescription_id: Id
    slug: Slug
    kind: ItemKind
    times: int
    done: int


class JudgedDay(Value, frozen=True, kw_only=True):
    """The items due on a local day by the revision in force on it, with the number done."""

    day: date
    revision: int | None
    phase: Slug | None
    due: tuple[Due, ...]
