"""Finding duplicates, merging a record into another, and undoing it.

Two courses of care are never mixed: check-ins, sessions, programs, logs, alerts and messages stay with the record under
which they were entered, because pain is judged against the earlier answers of its own course. The kept record receives
what is said of the person: year of birth, record number, telephone numbers, care team, planned visits. The merged
record stays readable from the kept one, is written to no more, and its phones are signed out while it is merged.
"""

from msgspec import structs

from homeplan import audit
from homeplan.accounts import store as accounts
from homeplan.accounts.model import Patient
from homeplan.clock import from_ms, from_ms_or_none
from homeplan.contact.numbers import store as numbers
from homeplan.contact.visits import store as visits
from homeplan.context import Context
from homeplan.errors import NotFound, SentBefore
from homeplan.programs.episode import Stage
from homeplan.programs.store import latest_episode, read_chart
from homeplan.registry.caseload.actions import require_settled
from homeplan.registry.caseload.model import StillInCare
from homeplan.registry.duplicates import store
from homeplan.registry.duplicates.model import (
    CannotMerge,
    Merge,
    MergeEntry,
    MergeUndone,
    NotTwoRecords,
    Pair,
    Received,
    Record,
)
from homeplan.registry.identities import identities
from homeplan.registry.identity import Identity, Register
from homeplan.values import only

MAX_PAIRS = 200


async def find_pairs(ctx: Context) -> list[Pair]:
    """Records of the clinic that may be of one person, at most 200 pairs; each record is in one pair as the second."""
    register, found = Register(), []
    for each in await identities(ctx):
        like = register.like(each)
        if like is not None:
            found.append(Pair(likeness=like[1], first=_record(like[0]), second=_record(each)))
        register.add(each)
    return found[:MAX_PAIRS]


async def list_merges(ctx: Context) -> list[Merge]:
    """The clinic's merges, the latest first; at most 200."""
    rows = await store.list_merges(ctx)
    people = await accounts.patients_among(ctx, [row[name] for row in rows for name in ("kept_id", "merged_id")])
    return [
        Merge(
            id=row["id"],
            at=from_ms(row["created_at"]),
            kept=only(Record, people[row["kept_id"]]),
            merged=only(Record, people[row["merged_id"]]),
            undone_at=from_ms_or_none(row["undone_at"]),
        )
        for row in rows
    ]


async def merge(ctx: Context, merge_id: str, entry: MergeEntry) -> None:
    """Put one record away beside the kept one, which receives what is said of the person.

    Raises NotFound, NotTwoRecords, CannotMerge, and SentBefore for another merge under the same id.
    """
    await ctx.tx.lock(f"register:{ctx.clinic_id}")
    stored = await store.find_merge(ctx, merge_id)
    if stored is not None:
        ctx.repeated = True
        if stored[0] != entry:
            raise SentBefore(field="id")
        return
    for patient_id in sorted({entry.kept, entry.merged}):
        await accounts.hold_patient(ctx, patient_id)
    kept, merged = await accounts.find_patient(ctx, entry.kept), await accounts.find_patient(ctx, entry.merged)
    if kept.id == merged.id or any(each.left_at or each.merged_into for each in (kept, merged)):
        raise NotTwoRecords
    await _require_unused(ctx, merged)
    received = await _give(ctx, kept, merged)
    await accounts.void_invitations(ctx, merged.id)
    await accounts.set_merged(ctx, merged.id, kept.id)
    await store.insert_merge(ctx, merge_id, entry, received)
    await audit.append(ctx, "patient.merge", object_id=merged.id, patient_id=kept.id)
    await audit.append(ctx, "patient.merge", object_id=kept.id, patient_id=merged.id)


async def undo(ctx: Context, merge_id: str) -> None:
    """Take exactly that back which the kept record received, and open the other record again.

    Raises NotFound and MergeUndone. What somebody has changed since stays as it was changed.
    """
    await ctx.tx.lock(f"register:{ctx.clinic_id}")
    stored = await store.find_merge(ctx, merge_id)
    if stored is None:
        raise NotFound
    entry, received, undone = stored
    if undone:
        raise MergeUndone
    for patient_id in sorted({entry.kept, entry.merged}):
        await accounts.hold_patient(ctx, patient_id)
    await _take_back(ctx, entry, received)
    await accounts.set_merged(ctx, entry.merged, None)
    await store.note_undone(ctx, merge_id)
    await audit.append(ctx, "patient.unmerge", object_id=entry.merged, patient_id=entry.kept)
    await audit.append(ctx, "patient.unmerge", object_id=entry.kept, patient_id=entry.merged)


async def _require_unused(ctx: Context, merged: Patient) -> None:
    """Raise CannotMerge while a program runs, a phone is in use in an open episode, or somebody must be answered."""
    episode = await latest_episode(ctx, merged.id)
    in_care = episode is None or episode.stage is not Stage.DISCHARGED
    has_program = (await read_chart(ctx, merged.id)).program is not None
    if in_care and (merged.joined_at is not None or has_program):
        raise CannotMerge
    try:
        await require_settled(ctx, merged.id)
    except StillInCare:
        raise CannotMerge from None


async def _give(ctx: Context, kept: Patient, merged: Patient) -> Received:
    year = merged.birth_year if kept.birth_year is None else None
    number = merged.record_number if kept.record_number is None else None
    if year is not None or number is not None:
        await accounts.save_patient(
            ctx,
            structs.replace(
                kept,
                birth_year=year if year is not None else kept.birth_year,
                record_number=number if number is not None else kept.record_number,
            ),
        )
    theirs, known = await numbers.numbers_of(ctx, merged.id), await numbers.numbers_of(ctx, kept.id)
    new_numbers = tuple(whose for whose in theirs if whose not in known)
    for whose in new_numbers:
        await numbers.save_number(ctx, kept.id, whose, theirs[whose])
    of_kept = {each.id for each in await accounts.care_team(ctx, kept.id)}
    of_merged = {each.id for each in await accounts.care_team(ctx, merged.id)}
    for staff_id in sorted(of_merged - of_kept):
        await accounts.insert_care_team(ctx, kept.id, staff_id)
    for staff_id in sorted(of_kept - of_merged):
        await accounts.insert_care_team(ctx, merged.id, staff_id)
    return Received(
        birth_year=year,
        record_number=number,
        numbers=new_numbers,
        care_team=tuple(sorted(of_merged - of_kept)),
        care_team_of_merged=tuple(sorted(of_kept - of_merged)),
        visits=tuple(await visits.move_planned(ctx, merged.id, kept.id)),
    )


async def _take_back(ctx: Context, entry: MergeEntry, received: Received) -> None:
    kept = await accounts.find_patient(ctx, entry.kept)
    await accounts.save_patient(
        ctx,
        structs.replace(
            kept,
            birth_year=None if kept.birth_year == received.birth_year else kept.birth_year,
            record_number=None if kept.record_number == received.record_number else kept.record_number,
        ),
    )
    theirs, known = await numbers.numbers_of(ctx, entry.merged), await numbers.numbers_of(ctx, entry.kept)
    for whose in received.numbers:
        if known.get(whose) == theirs.get(whose):
            await numbers.delete_number(ctx, entry.kept, whose)
    for staff_id in received.care_team:
        await accounts.delete_care_team(ctx, entry.kept, staff_id)
    for staff_id in received.care_team_of_merged:
        await accounts.delete_care_team(ctx, entry.merged, staff_id)
    await visits.move_back(ctx, entry.kept, entry.merged, received.visits)


def _record(one: Identity) -> Record:
    return Record(
        id=one.id,
        given_name=one.given_name,
        family_name=one.family_name,
        birth_year=one.birth_year,
        record_number=one.record_number,
    )
