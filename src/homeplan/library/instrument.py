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
    text_past: Sentence | None = None
    """The question about a day that is over, where it differs."""
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
    basis: Note
    """The source of the question and of its scale."""


class SafetyItem(Value, frozen=True, kw_only=True):
    """A sign that must not wait; one "yes" is enough."""

    id: str
    level: SafetyLevel
    needling_only: bool
    """True when it only makes sense after needling."""
    text: Sentence
    why: Note
    """The possible meaning of the sign, for the clinician."""
    basis: Note
    """The source by which the sign is on the screen, or "convention"."""


class SafetyAction(Value, frozen=True, kw_only=True):
    """The instruction to the patient at a safety level."""

    headline: Title
    body: Sentence


class LevelEffect(Value, frozen=True, kw_only=True):
    """The consequences of a yes at a safety level, until a person of the clinic has acknowledged it."""

    severity: Literal["critical", "high", "normal"]
    """The severity of the alert."""
    pause: bool
    """Whether exercises and their reminders rest."""
    card: Literal["red", "amber", "plain"]
    """The look of the patient's screen, and of the first card on Today."""
    calls: tuple[Literal["emergency", "clinic"], ...]
    """The numbers that the card offers, in order."""
    basis: Note


class SafetyScreen(Value, frozen=True, kw_only=True):
    """The safety screen: its items in order, and per level the instruction and the consequences."""

    region: Slug
    """The part of the body whose care it belongs to."""
    intro: Sentence
    basis: Note
    items: tuple[SafetyItem, ...]
    level_effects: dict[SafetyLevel, LevelEffect]
    actions: dict[SafetyLevel, SafetyAction]


class Aftercare(Value, frozen=True, kw_only=True):
    """Aftercare of a phase after needling: what to expect, do and avoid."""

    phase: PhaseSlug
    region: Slug
    """The part of the body whose needling it follows."""
    title: Title
    expect: Sentence
    do: Lines
    avoid: Lines


class AftercareText(Aftercare, frozen=True, kw_only=True):
    """Aftercare with its source, which patients do not see."""

    basis: Note


class Notice(Value, frozen=True, kw_only=True):
    """A sentence that the app says in the same place to everybody."""

    text: Text
    basis: Note


class NotificationText(Value, frozen=True, kw_only=True):
    """A text that may appear on a lock screen: it reveals nothing."""

    title: Title
    body: Sentence
