"""The parts of a home program: exercises, activity advice, education topics, phases and program templates.

Everything a patient reads is in English and Spanish. Doses are defaults for the therapist's editor.
"""

from collections.abc import Mapping
from datetime import date, time
from typing import Annotated, Literal

from msgspec import Meta

from homeplan.errors import Conflict, Forbidden, Invalid
from homeplan.library.dosage import Dosage, DoseRange, TinyDose
from homeplan.library.reference import PhaseSlug, Position
from homeplan.library.texts import Lines, Note, Sentence, Title
from homeplan.typed import LINE
from homeplan.values import Id, Slug, Value

LoadType = Literal["relaxes", "moves", "activates", "strengthens", "stretches", "aerobic"]
"""The demand of an item on the muscles it targets."""


Sources = Annotated[tuple[Note, ...], Meta(max_length=12)]
"""For the clinician; not shown to patients."""

Evidence = Literal["guideline", "study", "convention"]
"""The best that supports an item itself: a guideline or published warning card, a study, or common practice."""


class Targets(Value, frozen=True, kw_only=True):
    """Muscles by slug: `primary` are clearly loaded or stretched, `secondary` help."""

    primary: Annotated[tuple[Slug, ...], Meta(max_length=8)] = ()
    secondary: Annotated[tuple[Slug, ...], Meta(max_length=8)] = ()


class WithoutFloor(Value, frozen=True, kw_only=True):
    """The way to do an exercise without lying or kneeling: in another position, or as another exercise."""

    position: Slug | None = None
    """The position of this exercise, or of the alternative."""
    alternative: Slug | None = None
    """The exercise to prescribe in its place."""


WAITING_LOADS: tuple[LoadType, ...] = ("activates", "strengthens", "stretches")
"""Load types with which an exercise waits for its primary muscles, unless it names the muscles itself. Source: clinical
rules 0.2, d; a convention, confirmed by the therapist who signs the library."""


class ExerciseContent(Value, frozen=True, kw_only=True, tag_field="kind", tag="exercise"):
    """All of an exercise except its permanent name."""

    title: Title
    evidence: Evidence = "convention"
    review_by: date | None = None
    """From this day on it is not newly assigned. A clinic may leave it out: then a signature holds two years."""
    picture: Id | None = None
    """A picture that the clinic added (library/pictures). None: the drawing of homeplan, if it has one."""
    category: Slug
    load_type: LoadType
    chain: Slug | None = None
    """The line of easier and harder versions it belongs to."""
    easier: Slug | None = None
    harder: Slug | None = None
    position: Slug
    alt_positions: Annotated[tuple[Slug, ...], Meta(max_length=8)] = ()
    equipment: Annotated[tuple[Slug, ...], Meta(max_length=8)] = ()
    targets: Targets
    waits_for: Annotated[tuple[Slug, ...], Meta(max_length=12)] | None = None
    """The muscles for whose needling it rests 48 hours: those that it clearly loads or stretches, and strong
    synergists. None: `resting_for` decides by load type."""
    without_floor: WithoutFloor | None = None
    """None: as it is, which is without the floor when its position is."""
    phase_from: PhaseSlug
    """The earliest phase in which it may be offered by default."""
    dose: Dosage
    dose_range: DoseRange = DoseRange()
    tiny: TinyDose
    steps: Lines
    feel: Sentence
    why: Sentence
    cautions: Lines = Lines(en=(), es=())
    caution_tags: Annotated[tuple[Slug, ...], Meta(max_length=14)] = ()
    sources: Sources = ()


def resting_for(exercise: ExerciseContent) -> tuple[str, ...]:
    """The muscles for whose needling the exercise rests 48 hours: `waits_for`, else the primary muscles of one that
    activates, strengthens or stretches."""
    if exercise.waits_for is not None:
        return exercise.waits_for
    return exercise.targets.primary if exercise.load_type in WAITING_LOADS else ()


def position_without_floor(exercise: ExerciseContent, chosen: str, positions: Mapping[str, Position]) -> str | None:
    """The position in which the exercise itself is done without the floor; `chosen` when it is one. None when there is
    none."""
    if not positions[chosen].floor:
        return chosen
    way = exercise.without_floor
    if way is not None and way.position is not None and way.alternative is None:
        return way.position
    return next((slug for slug in exercise.alt_positions if not positions[slug].floor), None)


class Exercise(ExerciseContent, frozen=True, kw_only=True, tag_field="kind", tag="exercise"):
    """One exercise of the library."""

    slug: Slug
    version: Annotated[int, Meta(ge=1)] = 1
    """Counts the edits of its content."""


class Prompt(Value, frozen=True, kw_only=True):
    """The wall times in the patient's zone at which the app may suggest an activity modification."""

    times_per_day: Annotated[int, Meta(ge=1, le=12)]
    window_from: time
    window_until: time


class ActivityContent(Value, frozen=True, kw_only=True, tag_field="kind", tag="activity"):
    """All of an activity modification except its permanent name."""

    title: Title
    evidence: Evidence = "convention"
    review_by: date | None = None
    """From this day on it is not newly assigned. A clinic may leave it out: then a signature holds two years."""
    picture: Id | None = None
    """A picture that the clinic added."""
    sources: Sources = ()
    context: Annotated[tuple[Slug, ...], Meta(max_length=8)] = ()
    phase_from: PhaseSlug
    default_prompt: Prompt | None = None
    anchor: Sentence
    """The habit it hangs on: "After I …, I …"."""
    tiny: Sentence
    """The smallest version that counts."""
    steps: Lines
    why: Sentence
    cautions: Lines = Lines(en=(), es=())


class ActivityModification(ActivityContent, frozen=True, kw_only=True, tag_field="kind", tag="activity"):
    """One piece of advice for daily life: sitting, lifting, sleeping."""

    slug: Slug
    version: Annotated[int, Meta(ge=1)] = 1
    """Counts the edits of its content."""


class EducationContent(Value, frozen=True, kw_only=True, tag_field="kind", tag="education"):
    """All of an education topic except its permanent name."""

    title: Title
    evidence: Evidence = "convention"
    review_by: date | None = None
    """From this day on it is not newly assigned. A clinic may leave it out: then a signature holds two years."""
    picture: Id | None = None
    """A picture that the clinic added."""
    phase_from: PhaseSlug
    summary: Sentence
    body: Lines
    key_point: Sentence
    action: Sentence
    """One small thing to do today."""
    sources: Sources
    pinned: bool = False


class EducationTopic(EducationContent, frozen=True, kw_only=True, tag_field="kind", tag="education"):
    """One topic about pain, posture, needling or habits."""

    slug: Slug
    version: Annotated[int, Meta(ge=1)] = 1
    """Counts the edits of its content."""


Item = Exercise | ActivityModification | EducationTopic
ItemContent = ExerciseContent | ActivityContent | EducationContent


class TemplateItem(Value, frozen=True, kw_only=True):
    """An exercise in a phase of a template; the alternative is offered beside it."""

    phase: PhaseSlug
    exercise: Slug
    alternative: Slug | None = None
    dosage: Dosage | None = None
    """None: the exercise's own dose."""


class TemplateContent(Value, frozen=True, kw_only=True):
    """All of a program template except its permanent name."""

    title: Title
    evidence: Evidence = "convention"
    review_by: date | None = None
    """From this day on it is not newly assigned. A clinic may leave it out: then a signature holds two years."""
    kind: Literal["plan", "overlay"]
    """An overlay runs over an active plan after each needling session."""
    duration_h: Annotated[int, Meta(ge=1, le=336)] | None = None
    """Hours that an overlay lasts; None for a plan."""
    items: Annotated[tuple[TemplateItem, ...], Meta(min_length=1, max_length=60, extra=LINE)]
    activity: Annotated[tuple[Slug, ...], Meta(max_length=14)] = ()
    education: Annotated[tuple[Slug, ...], Meta(max_length=14)] = ()
    muscles: Annotated[tuple[Slug, ...], Meta(max_length=8)] = ()
    """The muscles it is meant for."""
    requires_clinician_test: bool = False
    """True when a movement test must come first."""
    no_floor: bool = False
    """True for a plan without lying or kneeling on the floor."""
    region: Slug = "low-back"
    """The part of the body that it is for."""


class NewExercise(ExerciseContent, frozen=True, kw_only=True, tag_field="kind", tag="exercise"):
    """The clinic's exercise, under an id that the form made."""

    id: Id


class NewActivity(ActivityContent, frozen=True, kw_only=True, tag_field="kind", tag="activity"):
    """The clinic's activity modification, under an id that the form made."""

    id: Id


class NewTopic(EducationContent, frozen=True, kw_only=True, tag_field="kind", tag="education"):
    """The clinic's education topic, under an id that the form made."""

    id: Id


class NewTemplate(TemplateContent, frozen=True, kw_only=True):
    """The clinic's template, under an id that the form made."""

    id: Id


NewItem = NewExercise | NewActivity | NewTopic
Content = ItemContent | TemplateContent
"""Content that a clinic writes itself."""


class ProgramTemplate(TemplateContent, frozen=True, kw_only=True):
    """A starting point for the therapist's editor."""

    slug: Slug
    version: Annotated[int, Meta(ge=1)] = 1
    """Counts the edits of its content."""


class Unsound(Invalid):
    """This item breaks a rule of the library."""

    code = "unsound-item"


class NotOurs(Conflict):
    """Items of the starter library stay as they are. Add an item of your own instead."""

    code = "starter-item"


class ItemChanged(Conflict):
    """Someone saved another version of this item in the meantime. Reload it and decide again."""

    code = "item-changed"


class LibraryChanged(Conflict):
    """The library changed since you looked at it. Reload it before you sign."""

    code = "library-changed"


class OnlyTherapistsSign(Forbidden):
    """Only a therapist of the clinic can sign items of the library."""

    code = "only-therapists-sign"
