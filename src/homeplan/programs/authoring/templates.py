"""Makes plans that are ready to edit from the library's templates. Pure."""

from collections.abc import Iterable, Sequence

from msgspec import structs

from homeplan.library.model import Item, ProgramTemplate, position_without_floor
from homeplan.library.review import Library
from homeplan.library.rules import PHASES
from homeplan.library.starter_library import StarterLibrary
from homeplan.programs.authoring.entries import ChangeSummary, PrescriptionEntry, RevisionEntry
from homeplan.programs.authoring.prescribing import usual_doses
from homeplan.programs.model import ItemKind, Phase
from homeplan.programs.timeline.clocks import FIRST_PHASES, OVERLAY_H

FIRST_PLAN = ChangeSummary(
    en="This is your plan. Start small: the tiny version counts.",
    es="Este es su plan. Empiece poco a poco: lo pequeño también cuenta.",
)
"""The change summary of the first revision, unless the therapist writes another."""

FROM_TEMPLATE = ChangeSummary(
    en="Your plan is new from here on. Have a look at what is in it now.",
    es="Desde ahora su plan es nuevo. Mire lo que tiene ahora.",
)


def revision_from_template(
    template: ProgramTemplate,
    library: Library,
    *,
    needled: bool,
    based_on: int | None = None,
    no_floor: bool = False,
) -> RevisionEntry:
    """The template as a plan: ready to edit, and to publish as it is.

    An exercise is on in the phases for which the template names it; the exercises of the last phase that the template
    names go on to the end. Advice and topics are on from their own first phase. For a patient who was not needled the
    first exercises begin at hour 0, since there is nothing to recover from. In a template without the floor, and for a
    patient who is not to lie or kneel (`no_floor`), every item is taken off the floor.
    """
    floorless = no_floor or template.no_floor
    phases = library_phases(library.starter)
    slugs = [phase.slug for phase in phases]
    prescriptions = (
        *_exercises(template, slugs, library, from_the_start=not needled, to_the_end=True),
        *_advice("activity", template.activity, slugs, library),
        *_advice("education", template.education, slugs, library),
    )
    return RevisionEntry(
        based_on=based_on,
        change_summary=FIRST_PLAN if based_on is None else FROM_TEMPLATE,
        phases=phases,
        prescriptions=off_the_floor(prescriptions, library) if floorless else prescriptions,
        overlay=off_the_floor(library_overlay(library), library) if floorless else library_overlay(library),
        no_floor=template.no_floor,
    )


def off_the_floor(entries: Iterable[PrescriptionEntry], library: Library) -> tuple[PrescriptionEntry, ...]:
    """The entries without lying or kneeling: in another position, or the library's alternative with its own dose.

    An alternative that is in the list already gets the phases of both. Exercises without a way off the floor stay as
    they are; the patient's list holds them.
    """
    found: dict[str, PrescriptionEntry] = {}
    for entry in entries:
        changed = _off_the_floor(entry, library)
        before = found.get(changed.slug)
        if before is not None:
            phases = {*before.phases, *changed.phases}
            changed = structs.replace(before, phases=tuple(slug for slug in PHASES if slug in phases))
        found[changed.slug] = changed
    return tuple(found.values())


def _off_the_floor(entry: PrescriptionEntry, library: Library) -> PrescriptionEntry:
    exercise = library.exercises.get(entry.slug)
    if exercise is None or not library.starter.positions[entry.body_position or exercise.position].floor:
        return entry
    way = exercise.without_floor
    if way is not None and way.alternative is not None:
        other = _entry("exercise", library.exercises[way.alternative], entry.phases)
        return structs.replace(other, body_position=way.position)
    seated = position_without_floor(exercise, exercise.position, library.starter.positions)
    return entry if seated is None else structs.replace(entry, body_position=seated)


def library_phases(starter: StarterLibrary) -> tuple[Phase, ...]:
    """The library's phases, p0 to p5, as phases of a program."""
    return tuple(
        Phase(
            slug=phase.slug,
            from_h=phase.from_h,
            to_h=phase.to_h,
            title=phase.title,
            intent=phase.intent,
            dose_factor=phase.dose_factor,
        )
        for phase in starter.phases.values()
    )


def library_overlay(library: Library) -> tuple[PrescriptionEntry, ...]:
    """The items of the library's after-needling overlay, for the first 72 hours."""
    overlay = next(
        template
        for template in library.starter.templates.values()
        if template.kind == "overlay" and template.duration_h == OVERLAY_H
    )
    slugs = [slug for slug, _, _ in FIRST_PHASES]
    return (
        *_exercises(overlay, slugs, library, from_the_start=False, to_the_end=False),
        *_advice("activity", overlay.activity, slugs, library),
        *_advice("education", overlay.education, slugs, library),
    )


def _exercises(
    template: ProgramTemplate, slugs: Sequence[str], library: Library, *, from_the_start: bool, to_the_end: bool
) -> Iterable[PrescriptionEntry]:
    named = sorted({slugs.index(item.phase) for item in template.items})
    phases: dict[str, list[int]] = {}
    for item in template.items:
        at = slugs.index(item.phase)
        first = 0 if from_the_start and at == named[0] else at
        last = len(slugs) - 1 if to_the_end and at == named[-1] else at
        phases.setdefault(item.exercise, []).extend(range(first, last + 1))
    for slug, where in phases.items():
        yield _entry("exercise", library.exercises[slug], [slugs[at] for at in sorted(set(where))])


def _advice(
    kind: ItemKind, wanted: Sequence[str], slugs: Sequence[str], library: Library
) -> Iterable[PrescriptionEntry]:
    for slug in wanted:
        item = library.item(slug)
        if item is not None:
            first = slugs.index(item.phase_from) if item.phase_from in slugs else len(slugs)
            yield _entry(kind, item, slugs[first:] or slugs[-1:])


def _entry(kind: ItemKind, item: Item, phases: Sequence[str]) -> PrescriptionEntry:
    """The item with the library's doses, which the editor shows and sends back."""
    dosage, tiny = usual_doses(item)
    return PrescriptionEntry(kind=kind, slug=item.slug, phases=tuple(phases), dosage=dosage, tiny=tiny)
