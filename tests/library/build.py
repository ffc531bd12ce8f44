"""Own items as a therapist would write them, and edits of the packaged files."""

from datetime import UTC, datetime
from typing import Any

import msgspec

from homeplan.library import content
from homeplan.library.document import CheckInDocument, LibraryDocument
from homeplan.library.dosage import Dosage, TinyDose
from homeplan.library.model import EducationContent, ExerciseContent, Targets, TemplateContent, TemplateItem
from homeplan.library.review import Library
from homeplan.library.rules import Vocabulary
from homeplan.library.starter_rules import vocabulary_of
from homeplan.library.texts import Lines, Sentence, Title
from homeplan.programs.timeline.shelf import shelf_of


def library() -> LibraryDocument:
    return content.read("library.yaml", LibraryDocument)


def checkin() -> CheckInDocument:
    return content.read("checkin.yaml", CheckInDocument)


def known() -> Vocabulary:
    return vocabulary_of(library())


LATER = datetime(2030, 1, 1, tzinfo=UTC)


def visibility(library: Library, slug: str) -> str:
    """The item as a patient gets it, read through the routes of the phone."""
    shelf = shelf_of(library)
    if not shelf.shows(slug, LATER):
        return "held-back"
    return "draft" if shelf.is_draft(slug, LATER) else "shown"


def exercise(**changes: Any) -> ExerciseContent:
    """A sound exercise written by the clinic."""
    sound = ExerciseContent(
        title=Title(en="Towel squeeze", es="Apretar la toalla"),
        category="strength",
        load_type="activates",
        position="sitting",
        targets=Targets(primary=("gluteus-medius",)),
        phase_from="p1",
        dose=Dosage(sets=2, reps=8, hold_s=3),
        tiny=TinyDose(reps=2, text=Sentence(en="Two squeezes.", es="Dos veces.")),
        steps=Lines(
            en=("Sit tall on a chair.", "Put a towel between your knees.", "Squeeze it and let go."),
            es=("Siéntese derecho.", "Ponga una toalla entre las rodillas.", "Apriétela y suelte."),
        ),
        feel=Sentence(en="Your thighs work a little.", es="Los muslos trabajan un poco."),
        why=Sentence(en="It wakes up your hips.", es="Despierta las caderas."),
    )
    return msgspec.structs.replace(sound, **changes)


def topic(**changes: Any) -> EducationContent:
    """A sound education topic written by the clinic."""
    sound = EducationContent(
        title=Title(en="Heat or cold", es="Calor o frío"),
        phase_from="p0",
        summary=Sentence(en="Use what feels good.", es="Use lo que le alivie."),
        body=Lines(en=("Both are fine.",), es=("Los dos sirven.",)),
        key_point=Sentence(en="You choose.", es="Usted elige."),
        action=Sentence(en="Try one today.", es="Pruebe uno hoy."),
        sources=("Convention",),
    )
    return msgspec.structs.replace(sound, **changes)


def template(*items: TemplateItem, **changes: Any) -> TemplateContent:
    """A sound template written by the clinic."""
    sound = TemplateContent(
        title=Title(en="Our short plan", es="Nuestro plan corto"),
        kind="plan",
        items=items or (TemplateItem(phase="p3", exercise="bridge", dosage=Dosage(sets=1, reps=6)),),
    )
    return msgspec.structs.replace(sound, **changes)
