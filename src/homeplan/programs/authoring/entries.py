"""What staff send to write a program: a plan's items and phases, to be drafted, tried out or published."""

from typing import Annotated

from msgspec import Meta

from homeplan.library.model import Dosage, TinyDose
from homeplan.programs.model import ItemKind, OneSide, Phase, Prescription
from homeplan.values import Id, Instant, Slug, Text, Value

MOST_ITEMS = 40
"""Prescriptions that one revision can have; the overlay has as many of its own."""


Number = Annotated[int, Meta(ge=1, le=2**31 - 1)]
"""Of a revision, or the version of a draft or session."""


class ItemNote(Text, frozen=True, kw_only=True):
    """The therapist's words to this patient; one language may be left empty, the phone then shows the other."""

    en: Annotated[str, Meta(max_length=300)]
    es: Annotated[str, Meta(max_length=300)]


class ChangeSummary(Text, frozen=True, kw_only=True):
    """What changed, for the patient to read, in both languages."""

    en: Annotated[str, Meta(min_length=1, max_length=500)]
    es: Annotated[str, Meta(min_length=1, max_length=500)]


class UnfinishedSummary(Text, frozen=True, kw_only=True):
    """A change summary that is still being written."""

    en: Annotated[str, Meta(max_length=500)]
    es: Annotated[str, Meta(max_length=500)]


class PrescriptionEntry(Value, frozen=True, kw_only=True):
    """One item to prescribe. Its place in the list is its position."""

    id: Id | None = None
    """The prescription it continues; an id that the program does not know counts as none."""
    kind: ItemKind
    slug: Slug
    phases: Annotated[tuple[Slug, ...], Meta(min_length=1, max_length=8)]
    dosage: Dosage | None = None
    """None: the library's. Of an activity only `times_per_day` and `weekdays` are kept; education has none."""
    tiny: TinyDose | None = None
    """None: the library's. Exercises only."""
    side: OneSide | None = None
    note: ItemNote | None = None


Items = Annotated[tuple[PrescriptionEntry, ...], Meta(max_length=MOST_ITEMS)]


class PlanEntry(Value, frozen=True, kw_only=True):
    """A plan as it stands in the editor."""

    phases: Annotated[tuple[Phase, ...], Meta(max_length=8)] = ()
    """None given: the library's six."""
    prescriptions: Items = ()
    overlay: Items | None = None
    """What comes first in the 72 hours after needling. None: as in the revision before, at first the library's."""


class DraftPlan(PlanEntry, frozen=True, kw_only=True):
    """A plan while it is being written. It is checked as a whole only when it is published."""

    based_on: Number | None = None
    """The number of the revision that was opened; None when there was none."""
    effective_from: Instant | None = None
    change_summary: UnfinishedSummary | None = None


class DraftEntry(DraftPlan, frozen=True, kw_only=True):
    """A draft to save."""

    known_version: Annotated[int, Meta(ge=0, le=2**31 - 1)] | None = None
    """The draft's version that was last seen, 0 when there was none; when it is given, a draft saved by someone else
    since is not lost."""


class Draft(DraftPlan, frozen=True, kw_only=True):
    """A draft as it was last saved."""

    version: int
    """1, and one more each time it is saved."""
    saved_by: Id
    saved_at: Instant


class RevisionEntry(PlanEntry, frozen=True, kw_only=True):
    """A plan to publish."""

    based_on: Number | None
    """The number of the latest revision that was seen; None for the first."""
    effective_from: Instant | None = None
    """None: from now. Never in the past."""
    change_summary: ChangeSummary


def entry_of(prescription: Prescription) -> PrescriptionEntry:
    """The prescription as the editor sends it back."""
    note = prescription.note
    return PrescriptionEntry(
        id=prescription.id,
        kind=prescription.kind,
        slug=prescription.slug,
        phases=prescription.phases,
        dosage=prescription.dosage,
        tiny=prescription.tiny,
        side=prescription.side,
        note=None if note is None else ItemNote(en=note.en, es=note.es),
    )
