"""The checks of an item, a template and the whole library, and the selection of items that a patient may see. Pure.

Every check answers with flaws (field path and sentence) instead of stopping at the first.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import get_args

import msgspec

from homeplan.library.dosage import Dosage, DoseRange, TinyDose
from homeplan.library.model import (
    ActivityContent,
    EducationContent,
    Exercise,
    ExerciseContent,
    ItemContent,
    TemplateContent,
)
from homeplan.library.readability import HIGHEST_GRADE, reading_grade
from homeplan.library.reference import PhaseSlug
from homeplan.library.texts import Lines
from homeplan.typed import fold
from homeplan.values import Text, Value

PHASES: tuple[PhaseSlug, ...] = get_args(PhaseSlug)

EARLY_PHASES = ("p0", "p1")
"""The first 48 hours after needling, when muscles are neither strengthened nor stretched."""

FIRST_WEEK_PHASES = ("p0", "p1", "p2", "p3")
"""The phases in which a template stays within the soft limit of items (fewer items are done more often)."""

OWN_PREFIX = "own-"
"""The prefix of the slugs of a clinic's own items and templates; no release of the library uses it."""

_WEEKDAYS = {1: 0b0000001, 2: 0b0001001, 3: 0b0010101, 4: 0b0011011, 5: 0b0011111, 6: 0b0111111, 7: 0b1111111}


class Flaw(Value, frozen=True, kw_only=True):
    """One thing that is wrong: where (a field path as on the wire) and what."""

    path: str
    text: str
    code: str = ""
    """Stands for the sentence in the console, in both languages; empty for content of the product."""
    values: tuple[str, ...] = ()
    """The parts of the sentence that differ."""


class Vocabulary(Value, frozen=True, kw_only=True):
    """The slugs that an item or template may refer to."""

    muscles: Collection[str]
    positions: Collection[str]
    floor_positions: Collection[str]
    """Those of `positions` in which a person lies or kneels."""
    categories: Collection[str]
    caution_tags: Collection[str]
    chains: Collection[str]
    exercises: Mapping[str, ExerciseContent]
    activities: Collection[str]
    education: Collection[str]
    phase_starts_h: Mapping[PhaseSlug, int]
    """Hours after needling at which each phase begins."""
    max_items_first_week: int


def weekdays_of(days_per_week: int) -> int:
    """The weekday sum (Monday 1 … Sunday 64) that spreads `days_per_week` days over the week.

    1 Monday · 2 Monday, Thursday · 3 Monday, Wednesday, Friday · 4 Monday, Tuesday, Thursday, Friday ·
    5 Monday to Friday · 6 Monday to Saturday · 7 every day. The therapist may pick others.
    """
    return _WEEKDAYS[days_per_week]


def own_slug(title: str, used: Collection[str]) -> str:
    """A slug for one of the clinic's own items, made from its English title: at most 64 characters, none of `used`."""
    plain = fold(title).encode("ascii", "ignore").decode()
    base = OWN_PREFIX + (re.sub(r"[^a-z0-9]+", "-", plain)[:48].strip("-") or "item")
    slug, number = base, 2
    while slug in used:
        slug, number = f"{base}-{number}", number + 1
    return slug


def item_flaws(item: ItemContent, known: Vocabulary) -> list[Flaw]:
    """The flaws of an exercise, activity modification or education topic."""
    flaws = list(text_flaws(item))
    match item:
        case ExerciseContent():
            flaws += _exercise_flaws(item, known)
        case ActivityContent():
            flaws += _needs_lines(item.steps, "steps")
            flaws += _grade_flaws([*item.steps.en, item.why.en, *item.cautions.en], "steps")
            prompt = item.default_prompt
            if prompt is not None and prompt.window_from >= prompt.window_until:
                flaws.append(
                    Flaw(path="defaultPrompt.windowUntil", code="window", text="must be later than windowFrom")
                )
        case EducationContent():
            flaws += _needs_lines(item.body, "body")
            flaws += _grade_flaws([*item.body.en, item.key_point.en, item.action.en], "body")
            if not item.sources:
                flaws.append(Flaw(path="sources", code="no-source", text="needs at least one source"))
    return flaws


def template_flaws(template: TemplateContent, known: Vocabulary) -> list[Flaw]:
    """The flaws of a program template."""
    flaws = list(text_flaws(template))
    per_phase: dict[str, int] = {}
    for at, item in enumerate(template.items):
        per_phase[item.phase] = per_phase.get(item.phase, 0) + 1
        for field in ("exercise", "alternative"):
            slug = getattr(item, field)
            if slug is None:
                continue
            path = f"items[{at}].{field}"
            exercise = known.exercises.get(slug)
            if exercise is None:
                flaws.append(Flaw(path=path, code="unknown", values=(slug,), text=f"there is no exercise {slug}"))
            elif PHASES.index(item.phase) < PHASES.index(exercise.phase_from):
                text = f"{slug} is offered in {item.phase} but starts in {exercise.phase_from}"
                values = (slug, item.phase, exercise.phase_from)
                flaws.append(Flaw(path=path, code="too-early", values=values, text=text))
        if item.dosage is not None:
            flaws += _measure_flaws(item.dosage, f"items[{at}].dosage")
    for phase, count in per_phase.items():
        if phase in FIRST_WEEK_PHASES and count > known.max_items_first_week:
            text = f"{phase} has {count} exercises; at most {known.max_items_first_week} in the first weeks"
            counts = (phase, f"{count}", f"{known.max_items_first_week}")
            flaws.append(Flaw(path="items", code="too-many", values=counts, text=text))
    flaws += _unknown(template.activity, known.activities, "activity", "activity modification")
    flaws += _unknown(template.education, known.education, "education", "education topic")
    flaws += _unknown(template.muscles, known.muscles, "muscles", "muscle")
    return [*flaws, *_overlay_flaws(template, known)]


def text_flaws(value: object, path: str = "") -> Iterator[Flaw]:
    """Blank texts, and lists whose English and Spanish differ in length, anywhere inside `value`."""
    match value:
        case Text():
            for language in ("en", "es"):
                if not getattr(value, language).strip():
                    yield Flaw(path=_join(path, language), code="blank", text="is blank")
        case Lines():
            if len(value.en) != len(value.es):
                text = f"has {len(value.en)} lines in English and {len(value.es)} in Spanish"
                values = (f"{len(value.en)}", f"{len(value.es)}")
                yield Flaw(path=path, code="line-counts", values=values, text=text)
            for language in ("en", "es"):
                for at, line in enumerate(getattr(value, language)):
                    if not line.strip():
                        yield Flaw(path=f"{_join(path, language)}[{at}]", code="blank", text="is blank")
        case msgspec.Struct():
            for field in msgspec.structs.fields(value):
                yield from text_flaws(getattr(value, field.name), _join(path, field.encode_name))
        case tuple():
            for at, child in enumerate(value):
                yield from text_flaws(child, f"{path}[{at}]")
        case dict():
            for key, child in value.items():
                yield from text_flaws(child, _join(path, str(key)))


def dose_flaws(dose: Dosage, tiny: TinyDose, allowed: DoseRange) -> Iterator[Flaw]:
    """A dose that counts both or neither of reps and seconds, leaves its range, or is smaller than its tiny version."""
    unmeasured = list(_measure_flaws(dose, "dose"))
    if unmeasured:
        yield from unmeasured
        return
    for field in msgspec.structs.fields(allowed):
        bounds, amount = getattr(allowed, field.name), getattr(dose, field.name)
        if bounds is None:
            continue
        low, high = bounds
        if low > high:
            yield Flaw(
                path=f"doseRange.{field.encode_name}",
                code="range",
                values=(f"{low}", f"{high}"),
                text=f"{low} is more than {high}",
            )
        elif amount is not None and not low <= amount <= high:
            values, text = (f"{amount}", f"{low}", f"{high}"), f"{amount} is outside {low} to {high}"
            yield Flaw(path=f"dose.{field.encode_name}", code="outside", values=values, text=text)
    measure = "reps" if dose.reps is not None else "duration_s"
    if (tiny.reps is None) == (tiny.duration_s is None) or getattr(tiny, measure) is None:
        yield Flaw(path="tiny", code="tiny-measure", text="must be counted like the dose: in reps, or in durationS")
    elif tiny.sets * getattr(tiny, measure) > dose.sets * getattr(dose, measure):
        yield Flaw(path="tiny", code="tiny-more", text="is more than the dose")


def _measure_flaws(dose: Dosage, path: str) -> Iterator[Flaw]:
    if (dose.reps is None) == (dose.duration_s is None):
        yield Flaw(path=path, code="measure", text="needs exactly one of reps and durationS")


def _exercise_flaws(item: ExerciseContent, known: Vocabulary) -> Iterator[Flaw]:
    yield from _unknown([item.category], known.categories, "category", "category", listed=False)
    yield from _unknown([item.position], known.positions, "position", "position", listed=False)
    yield from _unknown(item.alt_positions, known.positions, "altPositions", "position")
    yield from _unknown(item.targets.primary, known.muscles, "targets.primary", "muscle")
    yield from _unknown(item.targets.secondary, known.muscles, "targets.secondary", "muscle")
    yield from _unknown(item.waits_for or (), known.muscles, "waitsFor", "muscle")
    yield from _without_floor_flaws(item, known)
    yield from _unknown(item.caution_tags, known.caution_tags, "cautionTags", "caution tag")
    if item.chain is not None:
        yield from _unknown([item.chain], known.chains, "chain", "chain", listed=False)
    yield from _neighbour_flaws(item, known)
    if item.phase_from in EARLY_PHASES and item.load_type in ("strengthens", "stretches"):
        text = "strengthening and stretching start in p2 at the earliest, 48 hours after needling"
        yield Flaw(path="phaseFrom", code="load-early", text=text)
    yield from dose_flaws(item.dose, item.tiny, item.dose_range)
    yield from _needs_lines(item.steps, "steps")
    yield from _grade_flaws([*item.steps.en, item.why.en, item.feel.en, *item.cautions.en], "steps")


def _without_floor_flaws(item: ExerciseContent, known: Vocabulary) -> Iterator[Flaw]:
    """A way without the floor that leads to another floor, or nowhere."""
    if item.without_floor is None:
        return
    position, alternative = item.without_floor.position, item.without_floor.alternative
    if position is None and alternative is None:
        yield Flaw(path="withoutFloor", code="floor-empty", text="names a position, an alternative, or both")
    if position is not None:
        yield from _unknown([position], known.positions, "withoutFloor.position", "position", listed=False)
    if alternative is not None and alternative not in known.exercises:
        text = f"there is no exercise {alternative}"
        yield Flaw(path="withoutFloor.alternative", code="unknown", values=(alternative,), text=text)
        return
    used = item if alternative is None else known.exercises[alternative]
    if (position or used.position) in known.floor_positions:
        yield Flaw(path="withoutFloor", code="on-floor", text="is itself on the floor")
    elif position is not None and position not in (used.position, *used.alt_positions):
        yield Flaw(path="withoutFloor.position", code="other-position", text="is not one of the exercise's positions")


def _neighbour_flaws(item: ExerciseContent, known: Vocabulary) -> Iterator[Flaw]:
    for field, earlier, later in (("easier", False, True), ("harder", True, False)):
        slug = getattr(item, field)
        if slug is None:
            continue
        other = known.exercises.get(slug)
        if other is None or (isinstance(item, Exercise) and item.slug == slug):
            yield Flaw(path=field, code="unknown", values=(slug,), text=f"there is no other exercise {slug}")
            continue
        own, its = PHASES.index(item.phase_from), PHASES.index(other.phase_from)
        if (earlier and its < own) or (later and its > own):
            text = f"{slug} is the {field} one but starts in {other.phase_from}"
            yield Flaw(path=field, code=f"{field}-phase", values=(slug, other.phase_from), text=text)


def _overlay_flaws(template: TemplateContent, known: Vocabulary) -> Iterator[Flaw]:
    if template.kind == "plan":
        if template.duration_h is not None:
            yield Flaw(path="durationH", code="plan-ends", text="only an overlay ends after some hours")
        return
    if template.duration_h is None:
        yield Flaw(path="durationH", code="overlay-endless", text="an overlay needs the hours that it lasts")
        return
    for at, item in enumerate(template.items):
        if known.phase_starts_h[item.phase] >= template.duration_h:
            text = f"{item.phase} begins after the overlay's {template.duration_h} hours"
            values = (item.phase, f"{template.duration_h}")
            yield Flaw(path=f"items[{at}].phase", code="after-overlay", values=values, text=text)


def _needs_lines(lines: Lines, path: str) -> Iterator[Flaw]:
    if not lines.en:
        yield Flaw(path=path, code="no-lines", text="needs at least one line")


def _grade_flaws(english: list[str], path: str) -> Iterator[Flaw]:
    grade = reading_grade(english)
    if grade > HIGHEST_GRADE:
        text = f"reads at grade {grade:.1f}; shorter words and sentences bring it to {HIGHEST_GRADE:.0f}"
        values = (f"{grade:.1f}", f"{HIGHEST_GRADE:.0f}")
        yield Flaw(path=path, code="too-hard", values=values, text=text)


def _unknown(
    slugs: Iterable[str], known: Collection[str], path: str, noun: str, *, listed: bool = True
) -> Iterator[Flaw]:
    for at, slug in enumerate(slugs):
        if slug not in known:
            text = f"there is no {noun} {slug}"
            yield Flaw(path=f"{path}[{at}]" if listed else path, code="unknown", values=(slug,), text=text)


def _join(path: str, field: str) -> str:
    return f"{path}.{field}" if path else field
