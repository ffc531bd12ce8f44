"""Lists what changes for the patient from one revision to the next, and words it for a change summary. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

from homeplan.library.dosage import Dosage
from homeplan.programs.authoring.entries import ChangeSummary
from homeplan.programs.authoring.templates import FIRST_PLAN
from homeplan.programs.model import ItemKind, Phase, Prescription, Revision
from homeplan.values import Slug, Text, Value

ChangeCode = Literal[
    "added",
    "removed",
    "dose",  # dose, side or how often
    "tiny",  # the smallest version that counts
    "phases",  # when it is on
    "note",
    "content",  # the library has a newer version of the item
    "order",  # the order of the whole list
    "clock",  # the hours or the dose factors of the phases
    "floor",  # with or without lying and kneeling
    "position",  # the position in which it is done
]


class PlanChange(Value, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that changes for the patient. Without a slug it concerns the whole plan."""

    code: ChangeCode
    after_needling: bool = False
    """True when it concerns what comes first in the 72 hours after needling."""
    kind: ItemKind | None = None
    slug: Slug | None = None
    before: Dosage | None = None
    after: Dosage | None = None


def describe_changes(old: Revision | None, new: Revision) -> tuple[PlanChange, ...]:
    """The changes in the order of the new list, removals last; without an old revision every item is added."""
    return (
        *_list_changes(() if old is None else old.prescriptions, new.prescriptions, after_needling=False),
        *_list_changes(() if old is None else old.overlay, new.overlay, after_needling=True),
        *([PlanChange(code="clock")] if old is not None and _clock(old.phases) != _clock(new.phases) else []),
        *([PlanChange(code="floor")] if old is not None and old.no_floor != new.no_floor else []),
    )


def suggest_summary(changes: Sequence[PlanChange], titles: Mapping[str, Text], *, first: bool) -> ChangeSummary:
    """A change summary for the patient to start from; the therapist may edit it. At most 500 characters."""
    if first:
        return FIRST_PLAN
    return ChangeSummary(
        en=_shortened(_sentences(changes, {slug: title.en for slug, title in titles.items()}, _ENGLISH)),
        es=_shortened(_sentences(changes, {slug: title.es for slug, title in titles.items()}, _SPANISH)),
    )


def _list_changes(
    old: Sequence[Prescription], new: Sequence[Prescription], *, after_needling: bool
) -> Iterator[PlanChange]:
    before = {p.id: p for p in old}
    for p in new:
        codes: Iterable[ChangeCode] = ["added"] if p.id not in before else _item_changes(before[p.id], p)
        for code in codes:
            dose_before = before[p.id].dosage if code == "dose" else None
            dose_after = p.dosage if code in ("dose", "added") else None
            yield PlanChange(
                code=code, after_needling=after_needling, kind=p.kind, slug=p.slug, before=dose_before, after=dose_after
            )
    kept = {p.id for p in new}
    for p in old:
        if p.id not in kept:
            yield PlanChange(code="removed", after_needling=after_needling, kind=p.kind, slug=p.slug)
    if [p.id for p in old if p.id in kept] != [p.id for p in new if p.id in before]:
        yield PlanChange(code="order", after_needling=after_needling)


def _item_changes(old: Prescription, new: Prescription) -> Iterator[ChangeCode]:
    if (old.dosage, old.side) != (new.dosage, new.side):
        yield "dose"
    if old.tiny != new.tiny:
        yield "tiny"
    if old.phases != new.phases:
        yield "phases"
    if old.note != new.note:
        yield "note"
    if old.body_position != new.body_position:
        yield "position"
    if old.version != new.version:
        yield "content"


def _clock(phases: Iterable[Phase]) -> list[tuple[str, int, int | None, float]]:
    return [(phase.slug, phase.from_h, phase.to_h, phase.dose_factor) for phase in phases]


_LONGEST = 500
"""Characters that a change summary may have."""

_GROUPS: tuple[tuple[str, tuple[ChangeCode, ...]], ...] = (
    ("added", ("added",)),
    ("removed", ("removed",)),
    ("dose", ("dose",)),
    ("other", ("tiny", "phases", "note", "position")),
)
_ENGLISH = {
    "added": "New: {}.",
    "removed": "No longer in your plan: {}.",
    "dose": "New amount: {}.",
    "other": "Adjusted: {}.",
    "small": "Small corrections.",
}
_SPANISH = {
    "added": "Nuevo: {}.",
    "removed": "Ya no está en su plan: {}.",
    "dose": "Cantidad nueva: {}.",
    "other": "Ajustado: {}.",
    "small": "Pequeñas correcciones.",
}


def _sentences(changes: Sequence[PlanChange], titles: Mapping[str, str], words: Mapping[str, str]) -> list[str]:
    sentences = []
    for group, codes in _GROUPS:
        slugs = dict.fromkeys(c.slug for c in changes if c.slug is not None and c.code in codes)
        if slugs:
            sentences.append(words[group].format(", ".join(titles.get(slug, slug) for slug in slugs)))
    return sentences or [words["small"]]


def _shortened(sentences: Sequence[str]) -> str:
    """As many whole sentences as fit; a first sentence that is too long is cut."""
    text = sentences[0]
    if len(text) > _LONGEST:
        return text[: _LONGEST - 1] + "…"
    for sentence in sentences[1:]:
        if len(text) + 1 + len(sentence) > _LONGEST:
            break
        text = f"{text} {sentence}"
    return text
