"""The daily check-in and what surrounds it: questions, safety screen, alert rules, aftercare, lock-screen texts."""

from typing import Literal

from homeplan.library.reference import PhaseSlug
from homeplan.library.texts import Lines, Note, Sentence, Title
from homeplan.values import Slug, Text, Value

SafetyLevel = Literal["emergency", "urgent", "soon"]
"""Call emergency now; call the clinic today; tell the clinic this week."""


class BodyRegion(Value, frozen=True, kw_only=True):
    """A body region that may hurt."""

    slug: Slug
    title: Title
    lateral: bool
    """True when left and right are told apart."""
    snomed: str | None = None


class Choice(Value, frozen=True, kw_only=True):
    """One answer to choose."""

    value: str
    title: Title


class Loinc(Value, frozen=True, kw_only=True):
    """The LOINC code of a question, for exports."""

    code: str
    display: str


class CheckInItem(Value, frozen=True, kw_only=True):
    """One question of the daily check-in, in screen order; scores are whole numbers from `min` to `max`."""

    id: str
    type: Literal["integer", "multi_choice", "choice", "per_exercise", "text", "boolean"]
    required: bool
    text: Sentence
    help: Sentence | None = None
    min: int | None = None
    max: int | None = None
    anchors: dict[str, Text] | None = None
    """The meaning of the ends of the scale, by score."""
    anchors_as: str | None = None
    """The question whose anchors it shares."""
    show_if: str | None = None
    default_visible: bool = True
    carry_forward: bool = False
    """True when yesterday's answer is offered again."""
    options_from: str | None = None
    options: tuple[Choice, ...] = ()
    skip_reasons: tuple[Choice, ...] = ()
    max_length: int | None = None
    on_true: str | None = None
    loinc: Loinc | None = None


class ChangeThatCounts(Value, frozen=True, kw_only=True):
    """The minimal detectable change, in points: of the average and of a single activity."""

    average: float
    single: float


class WeeklyItem(Value, frozen=True, kw_only=True):
    """A question asked once a week."""

    id: str
    type: Literal["patient_specific", "scale"]
    min: int
    max: int
    text: Sentence
    anchors: dict[str, Text]
    direction: Literal["higher_is_better"]
    max_activities: int | None = None
    mdc: ChangeThatCounts | None = None


class SafetyItem(Value, frozen=True, kw_only=True):
    """A sign that must not wait; one "yes" is enough."""

    id: str
    level: SafetyLevel
    needling_only: bool
    """True when it only makes sense after needling."""
    text: Sentence
    why: Note
    """The possible meaning of the sign, for the clinician."""


class SafetyAction(Value, frozen=True, kw_only=True):
    """The instruction to the patient, and the app's actions, at a safety level."""

    headline: Title
    body: Sentence
    app_does: tuple[str, ...]


class SafetyScreen(Value, frozen=True, kw_only=True):
    """The safety screen: its items in order, and an action per level."""

    region: Slug
    """The part of the body whose care it belongs to."""
    intro: Sentence
    items: tuple[SafetyItem, ...]
    actions: dict[SafetyLevel, SafetyAction]


class AlertRuleText(Value, frozen=True, kw_only=True):
    """A rule that puts a patient on the therapist's list: when, how urgent, and on what basis."""

    id: Slug
    when: Note
    severity: Literal["high", "normal", "low", "positive", "by_level"]
    basis: Note


class Aftercare(Value, frozen=True, kw_only=True):
    """Aftercare of a phase after needling: what to expect, do and avoid."""

    phase: PhaseSlug
    region: Slug
    """The part of the body whose needling it follows."""
    title: Title
    expect: Sentence
    do: Lines
    avoid: Lines


class NeedlingScreenItem(Value, frozen=True, kw_only=True):
    """A contraindication to ask about before needling: do not needle, decide and document, or avoid the area."""

    slug: Slug
    level: Literal["absolute", "relative", "site"]
    text: Sentence


class NotificationText(Value, frozen=True, kw_only=True):
    """A text that may appear on a lock screen: it reveals nothing."""

    title: Title
    body: Sentence
