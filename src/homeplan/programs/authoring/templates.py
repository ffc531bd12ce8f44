"""Makes plans that are ready to edit from the library's templates. Pure."""

from collections.abc import Iterable, Sequence

from homeplan.library.model import Item, ProgramTemplate, StarterLibrary
from homeplan.library.review import Library
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
    template: ProgramTemplate, library: Library, *, needled: bool, based_on: int | None = None
) -> RevisionEntry:
    """The template as a plan: ready to edit, and to publish as it is.

    An exercise is on in the phases for which the template names it; the exercises of the last phase that the template
    names go on to the end. Advice and topics are on from their own first phase. For a patient who was not needled the
    first exercises begin at hour 0, since there is nothing to recover from.
    """
    phases = library_phases(library.starter)
    slugs = [phase.slug for phase in phases]
    return RevisionEntry(
        based_on=based_on,
        change_summary=FIRST_PLAN if based_on is None else FROM_TEMPLATE,
        phases=phases,
        prescriptions=(
            *_exercises(template, slugs, library, from_the_start=not needled, to_the_end=True),
            *_advice("activity", template.activity, slugs, library),
            *_advice("education", template.education, slugs, library),
        ),
        overlay=library_overlay(library),
    )


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
