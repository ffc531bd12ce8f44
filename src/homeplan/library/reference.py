"""Reference data of the library: phases, muscles, positions, categories, chains, and the rules for all exercises."""

from datetime import time
from typing import Annotated, Literal

from msgspec import Meta

from homeplan.library.texts import Lines, Note, Sentence, Title
from homeplan.values import Slug, Value

PhaseSlug = Literal["p0", "p1", "p2", "p3", "p4", "p5"]
"""A stretch of the hour clock since needling; see PhaseTemplate."""


class PhaseTemplate(Value, frozen=True, kw_only=True):
    """A stretch of time since the end of the needling session, in hours: from_h <= elapsed < to_h."""

    slug: PhaseSlug
    from_h: int
    to_h: int | None
    """None: without end."""
    title: Title
    dose_factor: float
    """The factor by which the after-needling overlay reduces a running plan's doses, 0 to 1."""
    intent: Sentence
    region: Slug
    """The part of the body whose needling it follows."""


class Muscle(Value, frozen=True, kw_only=True):
    """A muscle that may be needled, loaded or stretched."""

    slug: Slug
    title: Title
    needling_risk: tuple[str, ...]
    region: Slug
    """The part of the body to whose care it belongs."""


class Named(Value, frozen=True, kw_only=True):
    """A position or a category: its name in both languages."""

    slug: Slug
    title: Title


class Position(Named, frozen=True, kw_only=True):
    """The position in which an exercise is done."""

    floor: bool = False
    """True for lying and kneeling, which a patient may not get down to or up from."""


class CautionTag(Value, frozen=True, kw_only=True):
    """A reason to be careful, for filters and warnings in the editor."""

    slug: Slug
    note: Sentence


class Chain(Value, frozen=True, kw_only=True):
    """Versions of one movement, from the easiest to the hardest."""

    slug: Slug
    items: tuple[Slug, ...]


class TrafficLight(Value, frozen=True, kw_only=True):
    """The meaning of a pain score during an exercise (0-10, both ends included) for today."""

    color: Literal["green", "amber", "red"]
    min: int
    max: int
    text: Sentence


class ProgressSuggestion(Value, frozen=True, kw_only=True):
    """The conditions for suggesting more to the therapist; scores are 0-10, the rise is in points."""

    week_from_planned_days: int
    """Planned days per week from which `days` are judged, otherwise `days_if_rarer`."""
    days: Annotated[int, Meta(ge=7, le=28, multiple_of=7)]
    days_if_rarer: Annotated[int, Meta(ge=7, le=28, multiple_of=7)]
    """Days judged, today included; whole weeks, since plans count days per week."""
    min_percent_of_planned_days: int
    min_full_bouts: int
    min_percent_rated: int
    """The full bouts that have a score of pain and of effort."""
    max_pain_during: int
    max_next_morning_rise: int
    morning_until: time
    """The end of the morning after an exercise, on the patient's wall clock."""
    max_effort: int
    not_in_phases: tuple[PhaseSlug, ...]


class RegressSuggestion(Value, frozen=True, kw_only=True):
    """The conditions for suggesting less: too much pain in one of the last bouts, or a rise (points) that lasts."""

    last_bouts: int
    or_rise_of: int
    lasting_hours: int


class GlobalRules(Value, frozen=True, kw_only=True):
    """The rules for every exercise."""

    basis: Note

    stop_rules: Lines
    traffic_light: tuple[TrafficLight, ...]
    progress_suggestion: ProgressSuggestion
    regress_suggestion: RegressSuggestion
    max_items_first_week: int
