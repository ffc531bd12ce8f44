"""Notes of staff in the database: versions, of which the one that is not replaced holds."""

from homeplan.clock import from_ms, to_ms
from homeplan.context import Context
from homeplan.db import Row
from homeplan.notes.model import NoteVersion, StaffNote

MAX_LISTED = 500

INSERT_NOTE = """
INSERT INTO staff_notes (clinic_id, id, version, patient_id, words, recorded_at, recorded_by, written_at)
VALUES (:clinic_id, :id, :version, :patient_id, :words, :now, :recorded_by, :written_at)
ON CONFLICT (clinic_id, id, version) DO NOTHING"""


async def insert_note(
    ctx: Context, patient_id: str, note_id: str, words: str, *, version: int = 1, written_at: int | None = None
) -> bool:
    """Add a version of a note; False when the clinic has that version already. `written_at` in milliseconds."""
    now = to_ms(ctx.now)
    added = await ctx.tx.execute(
        INSERT_NOTE,
        clinic_id=ctx.clinic_id,
        id=note_id,
        version=version,
        patient_id=patient_id,
        words=words,
        now=now,
        recorded_by=ctx.actor.id,
        written_at=now if written_at is None else written_at,
    )
    return bool(added)


REPLACE_NOTE = """
UPDATE staff_notes SET replaced_at = :now
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND id = :id AND version = :version
  AND replaced_at IS NULL"""


async def replace_note(ctx: Context, patient_id: str, note_id: str, version: int) -> bool:
    """Let a version hold no longer; False when it does not hold already."""
    replaced = await ctx.tx.execute(
        REPLACE_NOTE,
        clinic_id=ctx.clinic_id,
        patient_id=patient_id,
        id=note_id,
        version=version,
        now=to_ms(ctx.now),
    )
    return bool(replaced)


SELECT_NOTES = """
SELECT n.id, n.version, n.words, n.written_at, n.recorded_at, n.recorded_by, s.name AS by_name
FROM staff_notes n JOIN staff s ON s.clinic_id = n.clinic_id AND s.id = n.recorded_by
WHERE n.clinic_id = :clinic_id AND n.patient_id = :patient_id AND n.replaced_at IS NULL
  AND (CAST(:id AS TEXT) IS NULL OR n.id = :id)
ORDER BY n.written_at DESC, n.id DESC LIMIT :most"""


async def notes_of(ctx: Context, patient_id: str) -> list[StaffNote]:
    """The patient's notes in their current versions, the newest first; at most 500, those taken back included."""
    return await _read(ctx, patient_id, None)


async def find_note(ctx: Context, patient_id: str, note_id: str) -> StaffNote | None:
    """The note in its current version; None when the patient has none of that id."""
    return next(iter(await _read(ctx, patient_id, note_id)), None)


async def _read(ctx: Context, patient_id: str, note_id: str | None) -> list[StaffNote]:
    rows = await ctx.tx.fetch(SELECT_NOTES, clinic_id=ctx.clinic_id, patient_id=patient_id, id=note_id, most=MAX_LISTED)
    return [_note(row) for row in rows]


SELECT_VERSIONS = """
SELECT n.version, n.words, n.recorded_at, n.recorded_by, s.name AS by_name
FROM staff_notes n JOIN staff s ON s.clinic_id = n.clinic_id AND s.id = n.recorded_by
WHERE n.clinic_id = :clinic_id AND n.patient_id = :patient_id AND n.id = :id
ORDER BY n.version DESC"""


async def versions_of(ctx: Context, patient_id: str, note_id: str) -> list[NoteVersion]:
    """Everything that a note said, the current version first; empty when the patient has none of that id."""
    rows = await ctx.tx.fetch(SELECT_VERSIONS, clinic_id=ctx.clinic_id, patient_id=patient_id, id=note_id)
    return [
        NoteVersion(
            version=row["version"],
            words=row["words"],
            recorded_at=from_ms(row["recorded_at"]),
            by=row["recorded_by"],
            by_name=row["by_name"],
        )
        for row in rows
    ]


def _note(row: Row) -> StaffNote:
    return StaffNote(
        id=row["id"],
        version=row["version"],
        words=row["words"],
        written_at=from_ms(row["written_at"]),
        recorded_at=from_ms(row["recorded_at"]),
        by=row["recorded_by"],
        by_name=row["by_name"],
    )
