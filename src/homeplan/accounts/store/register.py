"""Many patients at once in the database: those of an import, and all whose records are compared."""

from collections.abc import Sequence
from datetime import datetime

from homeplan.accounts.model import Patient
from homeplan.accounts.store.patients import columns
from homeplan.clock import from_ms_or_none, to_ms, to_ms_or_none
from homeplan.context import Context
from homeplan.errors import NotFound

INSERT_IMPORTED = """
INSERT INTO patients (clinic_id, id, given_name, family_name, search_key, language, time_zone, birth_year,
  record_number, problem, goal, created_at, import_id)
VALUES (:clinic_id, :id, :given_name, :family_name, :search_key, :language, :time_zone, :birth_year,
  :record_number, :problem, :goal, :now, :import_id)"""


async def insert_imported(ctx: Context, patients: Sequence[Patient], import_id: str) -> None:
    """Store the patients of an import."""
    more = {"now": to_ms(ctx.now), "import_id": import_id}
    await ctx.tx.execute_many(INSERT_IMPORTED, [columns(ctx, each) | more for each in patients])


SELECT_IMPORTED = "SELECT id FROM patients WHERE clinic_id = :clinic_id AND import_id = :import_id"


async def hold_imported(ctx: Context, import_id: str) -> list[str]:
    """The patients of the import; nobody writes about them until the transaction ends."""
    held = f"{SELECT_IMPORTED} {ctx.tx.hold('patients', exclusive=True)}"
    return [row["id"] for row in await ctx.tx.fetch(held, clinic_id=ctx.clinic_id, import_id=import_id)]


DELETE_CARE_TEAMS = "DELETE FROM care_team WHERE clinic_id = :clinic_id AND patient_id IN (:patient_ids)"
DELETE_PATIENTS = """
DELETE FROM patients WHERE clinic_id = :clinic_id AND id IN (:patient_ids) AND import_id IS NOT NULL"""


async def delete_imported(ctx: Context, patient_ids: Sequence[str]) -> None:
    """Remove imported patients about whom nothing else is stored, with their care teams."""
    await ctx.tx.execute(DELETE_CARE_TEAMS, clinic_id=ctx.clinic_id, patient_ids=list(patient_ids))
    await ctx.tx.execute(DELETE_PATIENTS, clinic_id=ctx.clinic_id, patient_ids=list(patient_ids))


SELECT_PATIENT_ID = "SELECT id FROM patients WHERE clinic_id = :clinic_id AND id = :patient_id"


async def hold_patient(ctx: Context, patient_id: str) -> None:
    """Keep other writes about the patient waiting until the transaction ends. Raises NotFound."""
    held = f"{SELECT_PATIENT_ID} {ctx.tx.hold('patients', exclusive=True)}"
    if await ctx.tx.fetch_value(held, clinic_id=ctx.clinic_id, patient_id=patient_id) is None:
        raise NotFound


SET_ARCHIVED = "UPDATE patients SET archived_at = :at WHERE clinic_id = :clinic_id AND id = :patient_id"


async def set_archived(ctx: Context, patient_id: str, at: datetime | None) -> None:
    """Take the patient off the lists, or put them back (None)."""
    await ctx.tx.execute(SET_ARCHIVED, clinic_id=ctx.clinic_id, patient_id=patient_id, at=to_ms_or_none(at))


SET_MERGED = "UPDATE patients SET merged_into = :kept_id WHERE clinic_id = :clinic_id AND id = :patient_id"


async def set_merged(ctx: Context, patient_id: str, kept_id: str | None) -> None:
    """Name the record that is worked with instead of this one; None opens this one again."""
    await ctx.tx.execute(SET_MERGED, clinic_id=ctx.clinic_id, patient_id=patient_id, kept_id=kept_id)


SELECT_MERGED_INTO = """
SELECT id FROM patients WHERE clinic_id = :clinic_id AND merged_into = :patient_id ORDER BY created_at, id"""


async def merged_into(ctx: Context, patient_id: str) -> list[str]:
    """The records that were merged into this one."""
    rows = await ctx.tx.fetch(SELECT_MERGED_INTO, clinic_id=ctx.clinic_id, patient_id=patient_id)
    return [row["id"] for row in rows]


SELECT_EVERYBODY = "SELECT id FROM patients WHERE clinic_id = :clinic_id ORDER BY created_at, id"


async def everybody(ctx: Context) -> list[str]:
    """All patients of the clinic, archived, merged and those who left too."""
    return [row["id"] for row in await ctx.tx.fetch(SELECT_EVERYBODY, clinic_id=ctx.clinic_id)]


SELECT_KNOWN = """
SELECT id, given_name, family_name, language, time_zone, birth_year, record_number, archived_at FROM patients
WHERE clinic_id = :clinic_id AND left_at IS NULL AND merged_into IS NULL ORDER BY created_at, id"""


async def list_known(ctx: Context) -> list[Patient]:
    """All patients of the clinic who have not left and were not merged, the first registered first.

    Without problem and goal; for administrators.
    """
    rows = await ctx.tx.fetch(SELECT_KNOWN, clinic_id=ctx.clinic_id)
    return [
        Patient(
            id=row["id"],
            given_name=row["given_name"],
            family_name=row["family_name"],
            language=row["language"],
            time_zone=row["time_zone"],
            birth_year=row["birth_year"],
            record_number=row["record_number"],
            archived_at=from_ms_or_none(row["archived_at"]),
        )
        for row in rows
    ]
