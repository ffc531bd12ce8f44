"""Makes an immutable revision from the editor's plan, with every check that publishing needs. Pure.

Raises Invalid with the field's path in the JSON body, for example `phases[2].fromH`.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from msgspec import structs

from homeplan.errors import Invalid
from homeplan.library.plan_rules import AfterNeedlingHours
from homeplan.library.review import Library
from homeplan.programs.authoring.entries import PlanEntry, PrescriptionEntry, entry_of
from homeplan.programs.authoring.prescribing import prescribe
from homeplan.programs.authoring.templates import library_overlay, library_phases, off_the_floor
from homeplan.programs.model import Phase, Prescription, Revision
from homeplan.values import Text

FARTHEST_AHEAD = timedelta(days=90)
"""The latest that a revision may take effect, from now."""


def make_revision(
    plan: PlanEntry,
    *,
    earlier: Sequence[Revision],
    library: Library,
    change_summary: Text,
    author_id: str,
    author: str,
    now: datetime,
    effective_from: datetime | None,
    fresh_id: Callable[[], str],
    no_floor: bool = False,
) -> Revision:
    """The revision after `earlier`. Doses, loads and muscles are copied from the library, so that it never changes.

    With `no_floor` the patient is not to lie or kneel, in any plan.
    A prescription keeps its id from one revision to the next: by the entry's id, else by its slug. Raises Invalid.
    """
    no_floor = no_floor or plan.no_floor
    phases = plan.phases or library_phases(library.starter)
    _check_phases(phases, library.starter.plan_rules.after_needling)
    if not plan.prescriptions:
        raise Invalid("A plan needs at least one item.", field="prescriptions")
    overlay = _overlay_before(earlier, library, no_floor) if plan.overlay is None else plan.overlay
    known = {p.id: p.slug for revision in earlier for p in (*revision.prescriptions, *revision.overlay)}
    ids = _ids((*plan.prescriptions, *overlay), known, fresh_id)
    every_phase = [phase.slug for phase in phases]
    first_days = [slug for slug, _, _ in library.starter.plan_rules.after_needling.first_phases]
    _check_offered(plan.prescriptions, "prescriptions", library, known.values(), now)
    _check_offered(overlay, "overlay", library, known.values(), now)
    return Revision(
        number=len(earlier) + 1,
        effective_from=_effective_from(effective_from, now),
        published_at=now,
        author_id=author_id,
        author=author,
        change_summary=Text(en=change_summary.en, es=change_summary.es),
        phases=phases,
        prescriptions=tuple(_list(plan.prescriptions, "prescriptions", every_phase, library, ids)),
        overlay=tuple(_list(overlay, "overlay", first_days, library, ids)),
        no_floor=plan.no_floor,
    )


def _overlay_before(earlier: Sequence[Revision], library: Library, no_floor: bool) -> tuple[PrescriptionEntry, ...]:
    """The overlay of the revision before, else the library's."""
    before = tuple(map(entry_of, earlier[-1].overlay)) if earlier else library_overlay(library)
    return off_the_floor(before, library) if no_floor else before


def _effective_from(wanted: datetime | None, now: datetime) -> datetime:
    if wanted is None:
        return now
    if wanted < now:
        raise Invalid("A revision cannot take effect in the past.", field="effectiveFrom")
    if wanted > now + FARTHEST_AHEAD:
        raise Invalid(f"A revision takes effect within {FARTHEST_AHEAD.days} days.", field="effectiveFrom")
    return wanted


def _check_phases(phases: Sequence[Phase], rule: AfterNeedlingHours) -> None:
    """Raises Invalid unless the first three days are those of every program, phases follow each other without gap or
    overlap, and the last one has no end."""
    for at, (slug, from_h, to_h) in enumerate(rule.first_phases):
        if at >= len(phases) or (phases[at].slug, phases[at].from_h, phases[at].to_h) != (slug, from_h, to_h):
            raise Invalid(f"Phase {slug} runs from hour {from_h} to hour {to_h}.", field=f"phases[{at}]")
    for at, (before, phase) in enumerate(pairwise(phases), start=1):
        if phase.from_h != before.to_h:
            raise Invalid("A phase begins where the one before ends.", field=f"phases[{at}].fromH")
        if phase.to_h is not None and phase.to_h <= phase.from_h:
            raise Invalid("A phase ends after it begins.", field=f"phases[{at}].toH")
        if phase.slug in {other.slug for other in phases[:at]}:
            raise Invalid("Two phases have this name.", field=f"phases[{at}].slug")
    if phases[-1].to_h is not None:
        raise Invalid("The last phase has no end.", field=f"phases[{len(phases) - 1}].toH")


def _ids(entries: Sequence[PrescriptionEntry], known: Mapping[str, str], fresh_id: Callable[[], str]) -> Iterator[str]:
    """An id for each entry: its own if the program has it for this item, else the item's newest, else a new one."""
    free = dict(known)
    kept = [entry.id if entry.id is not None and free.get(entry.id) == entry.slug else None for entry in entries]
    for prescription_id in kept:
        free.pop(prescription_id or "", None)
    for prescription_id, entry in zip(kept, entries, strict=True):
        newest = next((candidate for candidate in reversed(free) if free[candidate] == entry.slug), None)
        if prescription_id is None and newest is not None:
            del free[newest]
        yield prescription_id or newest or fresh_id()


def _check_offered(
    entries: Sequence[PrescriptionEntry], path: str, library: Library, known: Collection[str], now: datetime
) -> None:
    """Raises Invalid for an item that the clinic retired or whose review is overdue, unless the program has it."""
    for at, entry in enumerate(entries):
        is_new = entry.slug in library.reviews and entry.slug not in known
        if is_new and library.renewal(entry.slug, now.date()) == "overdue":
            raise Invalid(
                "The review of this item is overdue, so it is not newly assigned.", field=f"{path}[{at}].slug"
            )
        if entry.slug in library.retired and entry.slug not in known:
            raise Invalid("The clinic does not offer this item any more.", field=f"{path}[{at}].slug")


def _list(
    entries: Sequence[PrescriptionEntry], path: str, phases: Sequence[str], library: Library, ids: Iterator[str]
) -> Iterator[Prescription]:
    listed: set[tuple[str, str]] = set()
    for position, entry in enumerate(entries):
        here = f"{path}[{position}]"
        for index, phase in enumerate(entry.phases):
            if phase not in phases:
                raise Invalid("There is no such phase here.", field=f"{here}.phases[{index}]")
            if (entry.slug, phase) in listed:
                raise Invalid("This item is in this phase already.", field=f"{here}.phases[{index}]")
            listed.add((entry.slug, phase))
        in_order = structs.replace(entry, phases=tuple(slug for slug in phases if slug in entry.phases))
        yield prescribe(in_order, prescription_id=next(ids), position=position, library=library, path=here)
