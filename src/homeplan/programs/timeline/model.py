"""What is on: the answer of the rules to "what does the patient do now", with machine-readable reasons.

The web words the reasons in English and Spanish; a code never changes its meaning.
"""

from datetime import date, datetime
from typing import Literal

from msgspec import field

from homeplan.library.model import Dosage, TinyDose
from homeplan.library.texts import Title
from homeplan.programs.model import ItemKind, OneSide
from homeplan.values import Id, Slug, Text, Value

ReasonCode = Literal[
    # of an item
    "after-needling",  # it is on for the first 72 h after needling: `phase`, `until`
    "plan-phase",  # the plan's phase has it: `phase`
    "topic-of-the-day",  # one education topic a day
    "dose-reduced",  # smaller because of the needling: `factor`, `until`
    "held-needled-muscle",  # not now, it works a muscle that was needled: `muscles`, `until`
    # of the whole moment
    "no-program",  # nothing was ever published
    "not-started",  # the first revision is in force from `until`
    "discharged",  # the episode of care has ended
    "rest-day",  # the plan has exercises, but not on this weekday
    "nothing-in-phase",  # the phase has no exercise; the next that has one begins at `until`
    "awaiting-review",  # `slugs` are held back until a therapist of the clinic signs them
]


class Reason(Value, frozen=True, kw_only=True, omit_defaults=True):
    """Why something is on, smaller, held or absent; the comments at ReasonCode say which fields a code carries."""

    code: ReasonCode
    phase: Slug | None = None
    until: datetime | None = None
    factor: float | None = None
    muscles: tuple[Slug, ...] = ()
    slugs: tuple[Slug, ...] = ()


class TodayItem(Value, frozen=True, kw_only=True):
    """One thing on the patient's list, as it is meant now."""

    prescription_id: Id
    slug: Slug
    kind: ItemKind
    version: int
    dosage: Dosage | None
    """The dose as adjusted for now; None for education."""
    tiny: TinyDose | None
    side: OneSide | None
    times_due: int
    """How often on this local day; 0 while held."""
    held: bool
    """True while it must not be done: shown as resting, never as due."""
    draft: bool
    """True when no therapist of the clinic has signed the item, and the clinic allows drafts."""
    note: Text | None
    position: int
    """0, 1, 2 … in the order to show."""
    reasons: tuple[Reason, ...]


class Moment(Value, frozen=True, kw_only=True):
    """What is on at an instant, before anything is known of what was done."""

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
    """Which aftercare text to show: p0, p1, p2 in the first 72 h, p3 until soreness is no longer asked (96 h)."""
    reasons: tuple[Reason, ...]
    items: tuple[TodayItem, ...]


class Segment(Moment, frozen=True, kw_only=True):
    """A stretch of time (start <= t < until, within one local day) in which the same is on."""

    start: datetime = field(name="from")
    until: datetime


class Progress(Value, frozen=True, kw_only=True):
    """How far the patient has come today with one item."""

    prescription_id: Id
    times_done: int
    """How often it was done on the day; never more than was due."""
    times_left: int
    """How often it is still asked for: 0 when done, held or stopped; a skip is not asked for again."""
    stopped: bool
    """True when it was broken off today because it hurt too much."""


class Today(Moment, frozen=True, kw_only=True):
    """The patient's today: what is on and what of it is done."""

    at: datetime
    progress: tuple[Progress, ...]
    """One for each item, in the same order."""


class Due(Value, frozen=True, kw_only=True):
    """What one local day asked for of one item, and how much of it was done (never more than asked)."""

    prescription_id: Id
    slug: Slug
    kind: ItemKind
    times: int
    done: int


class JudgedDay(Value, frozen=True, kw_only=True):
    """A local day held against the revision that was in force on it."""

    day: date
    revision: int | None
    phase: Slug | None
    due: tuple[Due, ...]
