"""Many patients at once in the database: those of an import, and all whose records are compared."""

from collections.abc import Sequence

from homeplan.accounts.model import Patient
from homeplan.accounts.store.patients import columns
from homeplan.clock import to_ms
from homeplan.context import Context

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


SELECT_KNOWN = """
SELECT id, given_name, family_name, language, time_zone, birth_year, record_number FROM patients
WHERE clinic_id = :clinic_id AND left_at IS NULL ORDER BY created_at, id"""


async def list_known(ctx: Context) -> list[Patient]:
    """All patients of the clinic who have not left, without problem and goal, the first registered first; for
    administrators."""
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
        )
        for row in rows
    ]
