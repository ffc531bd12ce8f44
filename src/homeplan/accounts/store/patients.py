"""Patients and care teams in the database, and who may see whom.

A therapist sees the patients of whose care team they are part, or for whose therapist they cover now, an administrator
all of the clinic, a patient themselves. The front desk knows all of the clinic, with nothing clinical: to MAY_SEE,
which guards clinical data, it is nobody.
"""

import re
from collections.abc import Sequence

from homeplan.accounts.model import CareTeamMember, Patient, PatientLeft, PatientMerged
from homeplan.accounts.rules import search_key
from homeplan.clock import from_ms, from_ms_or_none, to_ms
from homeplan.context import Context
from homeplan.db import Row
from homeplan.errors import Conflict, NotFound

MAX_LISTED = 500

INSERT_PATIENT = """
INSERT INTO patients (clinic_id, id, given_name, family_name, search_key, language, time_zone, birth_year,
  record_number, problem, goal, created_at)
VALUES (:clinic_id, :id, :given_name, :family_name, :search_key, :language, :time_zone, :birth_year,
  :record_number, :problem, :goal, :now)
ON CONFLICT (clinic_id, id) DO NOTHING"""


async def insert_patient(ctx: Context, patient: Patient) -> bool:
    """Store a new patient; False when the clinic has one of this id already."""
    return bool(await ctx.tx.execute(INSERT_PATIENT, **columns(ctx, patient), now=to_ms(ctx.now)))


UPDATE_PATIENT = """
UPDATE patients SET given_name = :given_name, family_name = :family_name, search_key = :search_key,
  language = :language, time_zone = :time_zone, birth_year = :birth_year, record_number = :record_number,
  problem = CASE WHEN CAST(:role AS TEXT) = 'front-desk' THEN problem ELSE :problem END,
  goal = CASE WHEN CAST(:role AS TEXT) = 'front-desk' THEN goal ELSE :goal END
WHERE clinic_id = :clinic_id AND id = :id"""


async def save_patient(ctx: Context, patient: Patient) -> None:
    """Overwrite the patient's details. Problem and goal, which the front desk does not read, stay as they are then."""
    await ctx.tx.execute(UPDATE_PATIENT, role=ctx.actor.role.value, **columns(ctx, patient))


MAY_SEE = """
(CAST(:role AS TEXT) IN ('admin', 'owner')
  OR (CAST(:role AS TEXT) IN ('patient', 'helper') AND p.id = :actor_id)
  OR (CAST(:role AS TEXT) = 'therapist' AND EXISTS (
    SELECT 1 FROM care_team c WHERE c.clinic_id = p.clinic_id AND c.patient_id = p.id AND c.staff_id = :actor_id))
  OR (CAST(:role AS TEXT) = 'therapist' AND EXISTS (
    SELECT 1 FROM care_covers v JOIN care_team c ON c.clinic_id = v.clinic_id AND c.staff_id = v.staff_id
    WHERE v.clinic_id = p.clinic_id AND v.cover_id = :actor_id AND v.from_at <= :seen_at AND v.until_at > :seen_at
      AND c.patient_id = p.id)))"""
"""Whether the actor may see patient `p`. Its parameters are those of `actor`. Lists of other features join with it."""

MAY_KNOW = f"(CAST(:role AS TEXT) = 'front-desk' OR {MAY_SEE})"
"""Whether the actor may know who patient `p` is: names, telephone numbers, visits."""

SELECT_VISIBLE = f"SELECT 1 FROM patients p WHERE p.clinic_id = :clinic_id AND p.id = :patient_id AND {MAY_KNOW}"  # noqa: S608 - a constant


async def is_visible(ctx: Context, patient_id: str) -> bool:
    """Whether there is such a patient and the actor may know them. The front desk gets no further than to the routes
    that are open to it."""
    return await ctx.tx.fetch_value(SELECT_VISIBLE, patient_id=patient_id, **actor(ctx)) is not None


SELECT_EXISTS = "SELECT 1 FROM patients WHERE clinic_id = :clinic_id AND id = :patient_id"


async def exists(ctx: Context, patient_id: str) -> bool:
    """Whether the clinic has such a patient, visible to the actor or not."""
    return await ctx.tx.fetch_value(SELECT_EXISTS, clinic_id=ctx.clinic_id, patient_id=patient_id) is not None


SELECT_STANDING = """
SELECT left_at, merged_into FROM patients WHERE clinic_id = :clinic_id AND id = :patient_id"""


async def read_only_since(ctx: Context, patient_id: str, *, exclusive: bool = False) -> type[Conflict] | None:
    """PatientLeft or PatientMerged for a record that is read-only since then; None for all others.

    In a transaction that writes, it stays so until the end, and so does who may see the patient, as far as statements
    after this one read it; `exclusive`: no other request that writes about the patient runs meanwhile.
    """
    held = f"{SELECT_STANDING} {ctx.tx.hold('patients', exclusive=exclusive)}"
    row = await ctx.tx.fetch_one(held, clinic_id=ctx.clinic_id, patient_id=patient_id)
    if row is None or (row["left_at"] is None and row["merged_into"] is None):
        return None
    return PatientLeft if row["left_at"] is not None else PatientMerged


SELECT_CODE = """
SELECT family_name FROM patients WHERE clinic_id = :clinic_id AND id = :patient_id AND left_at IS NOT NULL"""


async def left_as(ctx: Context, patient_id: str) -> str | None:
    """The code of a patient who left; None for everybody else."""
    found: str | None = await ctx.tx.fetch_value(SELECT_CODE, clinic_id=ctx.clinic_id, patient_id=patient_id)
    return found


_COLUMNS = """
p.id, p.given_name, p.family_name, p.language, p.time_zone, p.birth_year, p.record_number,
CASE WHEN CAST(:role AS TEXT) = 'front-desk' THEN NULL ELSE p.problem END,
CASE WHEN CAST(:role AS TEXT) = 'front-desk' THEN NULL ELSE p.goal END, p.left_at, p.archived_at, p.merged_into,
(SELECT MIN(s.created_at) FROM sign_ins s WHERE s.clinic_id = p.clinic_id AND s.patient_id = p.id) AS joined_at"""
"""In the order in which `_patient` takes them. The front desk reads neither problem nor goal."""

SELECT_PATIENT = (
    f"SELECT {_COLUMNS} FROM patients p WHERE p.clinic_id = :clinic_id AND p.id = :patient_id AND {MAY_KNOW}"  # noqa: S608 - constants
)


async def find_patient(ctx: Context, patient_id: str) -> Patient:
    """The patient. Raises NotFound, also for one whom the actor may not see."""
    row = await ctx.tx.fetch_one(SELECT_PATIENT, patient_id=patient_id, **actor(ctx))
    if row is None:
        raise NotFound
    return _patient(row)


SELECT_HOME_ZONE = "SELECT time_zone FROM patients WHERE clinic_id = :clinic_id AND id = :patient_id"


async def home_zone(ctx: Context, patient_id: str) -> str:
    """The name of the zone in the patient's record. Raises NotFound."""
    name = await ctx.tx.fetch_value(SELECT_HOME_ZONE, clinic_id=ctx.clinic_id, patient_id=patient_id)
    if name is None:
        raise NotFound
    return str(name)


SELECT_PATIENTS = f"""
SELECT {_COLUMNS} FROM patients p
WHERE p.clinic_id = :clinic_id AND {MAY_KNOW}
  AND p.merged_into IS NULL AND (p.archived_at IS NULL) <> (CAST(:archived AS TEXT) = 'yes')
  AND (CAST(:search AS TEXT) = '' OR (' ' || p.search_key) LIKE '% ' || CAST(:search AS TEXT) || '%' ESCAPE '!')
ORDER BY p.search_key, p.id LIMIT :most"""  # noqa: S608 - constants


async def visible_patients(ctx: Context, search: str = "", *, archived: bool = False) -> list[Patient]:
    """The patients whom the actor may know, by family name, at most 500: the active ones, or those who are `archived`.

    `search`: a word of the family name, given
    name or record number begins with it, without regard to accents and case.
    """
    words = re.sub(r"([!%_])", r"!\1", search_key(search))
    rows = await ctx.tx.fetch(
        SELECT_PATIENTS, most=MAX_LISTED, search=words, archived="yes" if archived else "no", **actor(ctx)
    )
    patients = [_patient(row) for row in rows]
    # Each engine orders accents and case in its own way, so the order is made here.
    return sorted(patients, key=lambda p: (search_key(p.family_name, p.given_name), p.id))


SELECT_AMONG = f"""
SELECT {_COLUMNS} FROM patients p
WHERE p.clinic_id = :clinic_id AND p.id IN (:patient_ids)"""  # noqa: S608 - constants


async def patients_among(ctx: Context, patient_ids: Sequence[str]) -> dict[str, Patient]:
    """These patients by id, for a caller who knows that the actor may see them."""
    rows = await ctx.tx.fetch(SELECT_AMONG, clinic_id=ctx.clinic_id, role=ctx.actor.role.value, patient_ids=patient_ids)
    return {row["id"]: _patient(row) for row in rows}


INSERT_CARE_TEAM = """
INSERT INTO care_team (clinic_id, patient_id, staff_id, since)
SELECT s.clinic_id, CAST(:patient_id AS TEXT), s.id, CAST(:now AS BIGINT) FROM staff s
WHERE s.clinic_id = :clinic_id AND s.id = :staff_id AND s.disabled_at IS NULL AND s.role <> 'front-desk'
ON CONFLICT (clinic_id, patient_id, staff_id) DO UPDATE SET since = care_team.since"""


async def insert_care_team(ctx: Context, patient_id: str, staff_id: str) -> bool:
    """Let the member of staff see the patient; a repetition changes nothing. False for unknown or disabled staff, and
    for the front desk."""
    return bool(
        await ctx.tx.execute(
            INSERT_CARE_TEAM, clinic_id=ctx.clinic_id, patient_id=patient_id, staff_id=staff_id, now=to_ms(ctx.now)
        )
    )


DELETE_CARE_TEAM = """
DELETE FROM care_team WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND staff_id = :staff_id"""


async def delete_care_team(ctx: Context, patient_id: str, staff_id: str) -> bool:
    """Take the member of staff off the care team; False when they were not part of it."""
    return bool(
        await ctx.tx.execute(DELETE_CARE_TEAM, clinic_id=ctx.clinic_id, patient_id=patient_id, staff_id=staff_id)
    )


SELECT_CARE_TEAM = """
SELECT s.id, s.name, c.since FROM care_team c JOIN staff s ON s.clinic_id = c.clinic_id AND s.id = c.staff_id
WHERE c.clinic_id = :clinic_id AND c.patient_id = :patient_id AND s.disabled_at IS NULL
ORDER BY c.since, s.id"""


async def care_team(ctx: Context, patient_id: str) -> list[CareTeamMember]:
    """The staff who treat the patient, in the order in which they joined."""
    rows = await ctx.tx.fetch(SELECT_CARE_TEAM, clinic_id=ctx.clinic_id, patient_id=patient_id)
    return [CareTeamMember(id=row["id"], name=row["name"], since=from_ms(row["since"])) for row in rows]


PSEUDONYMIZE = """
UPDATE patients SET given_name = 'Patient', family_name = :code, search_key = :search_key, birth_year = NULL,
  record_number = NULL, problem = NULL, goal = NULL, left_at = :now
WHERE clinic_id = :clinic_id AND id = :patient_id"""


async def pseudonymize(ctx: Context, patient_id: str, code: str) -> None:
    """Replace what identifies the patient by the code, and note that they left."""
    await ctx.tx.execute(
        PSEUDONYMIZE,
        clinic_id=ctx.clinic_id,
        patient_id=patient_id,
        code=code,
        search_key=search_key(code),
        now=to_ms(ctx.now),
    )


def actor(ctx: Context) -> dict[str, object]:
    """The parameters of MAY_SEE, with the clinic. A helper sees as the patient whom they help."""
    return {
        "clinic_id": ctx.clinic_id,
        "role": ctx.actor.role.value,
        "actor_id": ctx.own_patient_id,
        "seen_at": to_ms(ctx.now),
    }


def columns(ctx: Context, patient: Patient) -> dict[str, object]:
    """The parameters of a statement that stores the patient."""
    return {
        "clinic_id": ctx.clinic_id,
        "id": patient.id,
        "given_name": patient.given_name,
        "family_name": patient.family_name,
        "search_key": search_key(patient.family_name, patient.given_name, patient.record_number),
        "language": patient.language,
        "time_zone": patient.time_zone,
        "birth_year": patient.birth_year,
        "record_number": patient.record_number,
        "problem": patient.problem,
        "goal": patient.goal,
    }


def _patient(row: Row) -> Patient:
    (patient_id, given_name, family_name, language, time_zone, birth_year, record_number, problem, goal, left_at,
     archived_at, merged_into, joined_at) = row  # fmt: skip
    return Patient(
        id=patient_id,
        given_name=given_name,
        family_name=family_name,
        language=language,
        time_zone=time_zone,
        birth_year=birth_year,
        record_number=record_number,
        problem=problem,
        goal=goal,
        joined_at=from_ms_or_none(joined_at),
        left_at=from_ms_or_none(left_at),
        archived_at=from_ms_or_none(archived_at),
        merged_into=merged_into,
    )
