"""Makes prescriptions from the editor's entries. Pure.

Raises Invalid with the field's path in the JSON body, for example `prescriptions[2].dosage`.
"""

from homeplan.errors import Invalid
from homeplan.library.dosage import Dosage, TinyDose
from homeplan.library.model import (
    ActivityModification,
    EducationTopic,
    Exercise,
    Item,
    position_without_floor,
    resting_for,
)
from homeplan.library.review import Library
from homeplan.programs.authoring.entries import PrescriptionEntry
from homeplan.programs.model import ItemKind, OneSide, Prescription
from homeplan.programs.timeline.dosage import same_measure, volume
from homeplan.values import Text

_TYPES: dict[ItemKind, type[Exercise] | type[ActivityModification] | type[EducationTopic]] = {
    "exercise": Exercise,
    "activity": ActivityModification,
    "education": EducationTopic,
}


def prescribe(
    entry: PrescriptionEntry, *, prescription_id: str, position: int, library: Library, path: str
) -> Prescription:
    """The prescription that `entry` describes, with a copy of what the rules need from the library's item.

    Raises Invalid with a field below `path` for an unknown item, or a dose that does not fit the item.
    """
    item = library.item(entry.slug)
    if item is None or not isinstance(item, _TYPES[entry.kind]):
        raise Invalid(f"The library has no {entry.kind} of this name.", field=f"{path}.slug")
    dosage, tiny = _doses(entry, item, path)
    exercise = item if isinstance(item, Exercise) else None
    return Prescription(
        id=prescription_id,
        kind=entry.kind,
        slug=entry.slug,
        version=item.version,
        phases=entry.phases,
        dosage=dosage,
        tiny=tiny,
        side=_side(entry, exercise, dosage, path),
        note=_note(entry),
        position=position,
        load_type=None if exercise is None else exercise.load_type,
        primary_muscles=() if exercise is None else exercise.targets.primary,
        waits_for=() if exercise is None else resting_for(exercise),
        body_position=_body_position(entry, exercise, path),
        without_floor=None
        if exercise is None
        else position_without_floor(exercise, entry.body_position or exercise.position, library.starter.positions),
    )


def usual_doses(item: Item) -> tuple[Dosage | None, TinyDose | None]:
    """The library's dose and tiny dose for the item. The dose of an activity says only how often."""
    match item:
        case Exercise():
            return item.dose, item.tiny
        case ActivityModification():
            prompt = item.default_prompt
            return Dosage(sets=1, times_per_day=1 if prompt is None else prompt.times_per_day), None
        case EducationTopic():
            return None, None


def _doses(entry: PrescriptionEntry, item: Item, path: str) -> tuple[Dosage | None, TinyDose | None]:
    usual, usual_tiny = usual_doses(item)
    if usual is None:
        return None, None
    dosage = entry.dosage or usual
    if usual_tiny is None:
        return Dosage(sets=1, times_per_day=dosage.times_per_day, weekdays=dosage.weekdays), None
    tiny = entry.tiny or usual_tiny
    _check_doses(dosage, tiny, path)
    return dosage, tiny


def _check_doses(dosage: Dosage, tiny: TinyDose, path: str) -> None:
    if (dosage.reps is None) == (dosage.duration_s is None):
        raise Invalid("Give either repetitions or seconds.", field=f"{path}.dosage")
    if not same_measure(dosage, tiny):
        raise Invalid("Count the smallest version as the dose is counted.", field=f"{path}.tiny")
    if volume(tiny) > volume(dosage):
        raise Invalid("The smallest version is more than the dose.", field=f"{path}.tiny")


def _side(entry: PrescriptionEntry, exercise: Exercise | None, dosage: Dosage | None, path: str) -> OneSide | None:
    if entry.side is None:
        return None
    if exercise is None:
        raise Invalid("Only an exercise has a side.", field=f"{path}.side")
    if dosage is not None and dosage.per_side:
        raise Invalid("For one side only, the dose cannot count for each side.", field=f"{path}.side")
    return entry.side


def _body_position(entry: PrescriptionEntry, exercise: Exercise | None, path: str) -> str | None:
    if exercise is None:
        return None
    if entry.body_position is None:
        return exercise.position
    if entry.body_position not in (exercise.position, *exercise.alt_positions):
        raise Invalid("The exercise is not done in this position.", field=f"{path}.bodyPosition")
    return entry.body_position


def _note(entry: PrescriptionEntry) -> Text | None:
    if entry.note is None or not (entry.note.en.strip() or entry.note.es.strip()):
        return None
    return Text(en=entry.note.en, es=entry.note.es)
