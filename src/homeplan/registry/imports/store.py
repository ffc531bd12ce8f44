"""Imports in the database: one row per import; its patients name it."""

from homeplan.clock import from_ms, from_ms_or_none, to_ms
from homeplan.context import Context
from homeplan.db import Row
from homeplan.registry.imports.model import PatientImport

INSERT_IMPORT = """
INSERT INTO patient_imports (clinic_id, id, content_hash, created_at, created_by, by_name, added, left_out, kept)
VALUES (:clinic_id, :id, :content_hash, :now, :created_by, :by_name, :added, :left_out, 0)"""


async def insert_import(ctx: Context, new: PatientImport, content_hash: str) -> None:
    await ctx.tx.execute(
        INSERT_IMPORT,
        clinic_id=ctx.clinic_id,
        id=new.id,
        content_hash=content_hash,
        now=to_ms(ctx.now),
        created_by=ctx.actor.id,
        by_name=new.by_name,
        added=new.added,
        left_out=new.left_out,
    )


SELECT_IMPORT = """
SELECT id, content_hash, created_at, by_name, added, left_out, undone_at, kept FROM patient_imports
WHERE clinic_id = :clinic_id AND id = :id"""


async def find_import(ctx: Context, import_id: str) -> tuple[PatientImport, str] | None:
    """The import and the hash of its file; None when there is no such import."""
    row = await ctx.tx.fetch_one(SELECT_IMPORT, clinic_id=ctx.clinic_id, id=import_id)
    return None if row is None else (_import(row), row["content_hash"])


SELECT_IMPORTS = """
SELECT id, created_at, by_name, added, left_out, undone_at, kept FROM patient_imports
WHERE clinic_id = :clinic_id ORDER BY created_at DESC, id DESC LIMIT 50"""


async def list_imports(ctx: Context) -> list[PatientImport]:
    """The clinic's imports, the latest first; at most 50."""
    return [_import(row) for row in await ctx.tx.fetch(SELECT_IMPORTS, clinic_id=ctx.clinic_id)]


NOTE_UNDONE = """
UPDATE patient_imports SET undone_at = :now, kept = :kept WHERE clinic_id = :clinic_id AND id = :id"""


async def note_undone(ctx: Context, import_id: str, kept: int) -> None:
    """Store that the import was taken back, and how many patients stayed."""
    await ctx.tx.execute(NOTE_UNDONE, clinic_id=ctx.clinic_id, id=import_id, kept=kept, now=to_ms(ctx.now))


_OF_PATIENT = (
    "invitations",
    "sign_ins",
    "helpers",
    "episodes",
    "needling_sessions",
    "programs",
    "prescriptions",
    "exercise_logs",
    "alerts",
    "alert_thresholds",
    "checkins",
    "safety_answers",
    "exercise_pauses",
    "devices",
    "mail_addresses",
    "reminders",
    "reminder_settings",
    "second_ways",
    "calendar_links",
    "occurrences",
    "after_needling_answers",
    "adverse_events",
    "psfs_activities",
    "outcome_answers",
    "needling_consents",
    "needling_checks",
    "intakes",
    "messages",
    "contacts",
    "reviews_due",
    "visits",
    "staff_notes",
)
"""Tables with rows about one patient, but for those that an import itself fills."""

_UNTOUCHED = " ".join(
    f"AND NOT EXISTS (SELECT 1 FROM {table} x WHERE x.clinic_id = p.clinic_id AND x.patient_id = p.id)"  # noqa: S608 - constants
    for table in _OF_PATIENT
)
SELECT_UNTOUCHED = f"""
SELECT p.id FROM patients p WHERE p.clinic_id = :clinic_id AND p.import_id = :import_id {_UNTOUCHED}"""  # noqa: S608 - constants


async def untouched(ctx: Context, import_id: str) -> list[str]:
    """The patients of the import about whom nothing else is stored."""
    rows = await ctx.tx.fetch(SELECT_UNTOUCHED, clinic_id=ctx.clinic_id, import_id=import_id)
    return [row["id"] for row in rows]


def _import(row: Row) -> PatientImport:
    return PatientImport(
        id=row["id"],
        at=from_ms(row["created_at"]),
        by_name=row["by_name"],
        added=row["added"],
        left_out=row["left_out"],
        undone_at=from_ms_or_none(row["undone_at"]),
        kept=row["kept"],
    )
