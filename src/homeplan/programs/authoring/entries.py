"""The bodies with which staff write a program: a plan's items and phases, to draft, preview or publish."""

import hashlib
from typing import Annotated

import msgspec
from msgspec import Meta

from homeplan.library.dosage import Dosage, TinyDose
from homeplan.programs.model import ItemKind, OneSide, Phase, Prescription
from homeplan.typed import PROSE
from homeplan.values import Id, Instant, Slug, Text, Value

MOST_ITEMS = 40
"""Prescriptions that a revision may have, and as many again in its overlay."""


Number = Annotated[int, Meta(ge=1, le=2**31 - 1)]
"""The number of a revision, or the version of a draft or needling session."""


class ItemNote(Text, frozen=True, kw_only=True):
    """The therapist's note to this patient. One language may be empty; the phone then shows the other."""

    en: Annotated[str, Meta(max_length=300, extra=PROSE)]
    es: Annotated[str, Meta(max_length=300, extra=PROSE)]


class ChangeSummary(Text, frozen=True, kw_only=True):
    """The changes, for the patient to read, in both languages."""

    en: Annotated[str, Meta(min_length=1, max_length=500, extra=PROSE)]
    es: Annotated[str, Meta(min_length=1, max_length=500, extra=PROSE)]


class UnfinishedSummary(Text, frozen=True, kw_only=True):
    """A change summary that is still being written."""

    en: Annotated[str, Meta(max_length=500, extra=PROSE)]
    es: Annotated[str, Meta(max_length=500, extra=PROSE)]


class PrescriptionEntry(Value, frozen=True, kw_only=True):
    """One item to prescribe. Its place in the list is its position."""

    id: Id | None = None
    """The prescription that it continues; an unknown id is ignored."""
    kind: ItemKind
    slug: Slug
    phases: Annotated[tuple[Slug, ...], Meta(min_length=1, max_length=8)]
    dosage: Dosage | None = None
    """None: the library's. An activity keeps only `times_per_day` and `weekdays`; education has none."""
    tiny: TinyDose | None = None
    """None: the library's. Exercises only."""
    side: OneSide | None = None
    note: ItemNote | None = None
    body_position: Slug | None = None
    """One of the exercise's positions. None: the library's."""


Items = Annotated[tuple[PrescriptionEntry, ...], Meta(max_length=MOST_ITEMS)]


class PlanEntry(Value, frozen=True, kw_only=True):
    """A plan as it is in the editor."""

    phases: Annotated[tuple[Phase, ...], Meta(max_length=8)] = ()
    """Empty: the library's six."""
    prescriptions: Items = ()
    overlay: Items | None = None
    """The items listed first in the 72 hours after needling. None: as in the revision before, for a first revision the
    library's."""
    no_floor: bool = False
    """True for a plan without lying or kneeling: items that cannot be done so are held."""


class DraftPlan(PlanEntry, frozen=True, kw_only=True):
    """A plan while it is being written. It is checked as a whole only when it is published."""

    based_on: Number | None = None
    """The number of the revision that was opened; None when there was none."""
    effective_from: Instant | None = None
    change_summary: UnfinishedSummary | None = None


class DraftEntry(DraftPlan, frozen=True, kw_only=True):
    """A draft to save."""

    known_version: Annotated[int, Meta(ge=0, le=2**31 - 1)] | None = None
    """The version of the draft that the editor last saw, 0 for none. When it is given, a draft that someone else saved
    in the meantime is not overwritten."""


class Draft(DraftPlan, frozen=True, kw_only=True):
    """A draft as it was last saved."""

    version: int
    """1 at first, one more each time it is saved."""
    saved_by: Id
    saved_by_name: str
    saved_at: Instant


class RevisionEntry(PlanEntry, frozen=True, kw_only=True):
    """A plan to publish."""

    based_on: Number | None
    """The number of the latest revision that the editor saw; None for the first."""
    effective_from: Instant | None = None
    """None: from now. Never in the past."""
    change_summary: ChangeSummary


def hash_of(entry: RevisionEntry) -> str:
    """SHA-256 of what is published, to tell a repetition from another plan."""
    return hashlib.sha256(msgspec.json.encode(entry)).hexdigest()


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
        body_position=prescription.body_position,
    )
