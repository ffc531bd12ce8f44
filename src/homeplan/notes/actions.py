"""Writes notes of staff, and edits them by version."""

from homeplan.clock import to_ms
from homeplan.context import Context
from homeplan.errors import NotFound, SentBefore
from homeplan.notes import store
from homeplan.notes.model import NoteChanged, NoteEntry, NoteOfColleague, StaffNote


async def write_note(ctx: Context, patient_id: str, entry: NoteEntry) -> StaffNote:
    """Store a note once and return it. Raises SentBefore for another note under its id."""
    is_new = await store.insert_note(ctx, patient_id, entry.id, entry.words)
    ctx.repeated = not is_new
    stored = await store.find_note(ctx, patient_id, entry.id)
    if stored is None or (stored.by, stored.words) != (ctx.actor.id, entry.words):
        raise SentBefore(field="id")
    return stored


async def edit_note(ctx: Context, patient_id: str, note_id: str, words: str, *, based_on: int) -> StaffNote:
    """Store another version of a note, empty to take it back; the same edit again changes nothing.

    Raises NotFound, NoteOfColleague, and NoteChanged when `based_on` is not the current version.
    """
    known = await store.find_note(ctx, patient_id, note_id)
    if known is None:
        raise NotFound
    if known.by != ctx.actor.id:
        raise NoteOfColleague
    if (known.version, known.words) == (based_on + 1, words):
        ctx.repeated = True
        return known
    written_at = to_ms(known.written_at)
    if not await store.replace_note(ctx, patient_id, note_id, based_on):
        raise NoteChanged
    if not await store.insert_note(ctx, patient_id, note_id, words, version=based_on + 1, written_at=written_at):
        raise NoteChanged
    edited = await store.find_note(ctx, patient_id, note_id)
    if edited is None:
        raise NoteChanged
    return edited
