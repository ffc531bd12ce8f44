"""Routes of the notes of staff."""

from homeplan.context import Context
from homeplan.errors import NotFound
from homeplan.http.routes import chart
from homeplan.notes import actions, store
from homeplan.notes.model import NoteEdit, NoteEntry, NoteRemoval, NoteVersion, StaffNote
from homeplan.values import Id


@chart.get("staff-notes", audit="note.list")
async def list_staff_notes(ctx: Context, patient_id: str) -> list[StaffNote]:
    """Notes of staff about the patient, the newest first; at most 500. The patient does not see them in the app."""
    return await store.notes_of(ctx, patient_id)


@chart.post("staff-notes", audit="note.write")
async def write_staff_note(ctx: Context, patient_id: str, data: NoteEntry) -> StaffNote:
    """Write a note for colleagues."""
    ctx.object_id = data.id
    return await actions.write_note(ctx, patient_id, data)


@chart.put("staff-notes/{note_id}", audit="note.edit")
async def edit_staff_note(ctx: Context, patient_id: str, note_id: Id, data: NoteEdit) -> StaffNote:
    """Edit my note; the version before stays on record."""
    return await actions.edit_note(ctx, patient_id, note_id, data.words, based_on=data.based_on)


@chart.post("staff-notes/{note_id}/removal", audit="note.remove", status=200)
async def remove_staff_note(ctx: Context, patient_id: str, note_id: Id, data: NoteRemoval) -> StaffNote:
    """Take back my note; what it said stays on record."""
    ctx.object_id = note_id
    return await actions.edit_note(ctx, patient_id, note_id, "", based_on=data.based_on)


@chart.get("staff-notes/{note_id}/versions", audit="note.versions")
async def list_staff_note_versions(ctx: Context, patient_id: str, note_id: Id) -> list[NoteVersion]:
    """Everything that a note said, the current version first."""
    ctx.object_id = note_id
    found = await store.versions_of(ctx, patient_id, note_id)
    if not found:
        raise NotFound
    return found


routes = [list_staff_notes, write_staff_note, edit_staff_note, remove_staff_note, list_staff_note_versions]
