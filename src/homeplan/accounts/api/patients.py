"""The patients of a member of staff."""

from datetime import datetime
from typing import Any

from litestar import get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import UNSET, UnsetType, structs

from homeplan.accounts.audit import record
from homeplan.accounts.model import (
    BirthYear,
    CareTeamMember,
    LiveInvitation,
    Patient,
    RecordNumber,
    Role,
    Scope,
    Sentence,
)
from homeplan.accounts.store import (
    add_patient,
    add_to_care_team,
    care_team,
    find_patient,
    live_invitation,
    save_patient,
    visible_patients,
)
from homeplan.clock import Clock
from homeplan.db import Database, Tx
from homeplan.http.access import Access
from homeplan.values import Id, Instant, Language, Name, Value, ZoneName


class PatientSummary(Value, frozen=True):
    """A patient as a line of a list."""

    id: Id
    given_name: Name
    family_name: Name
    language: Language
    time_zone: ZoneName
    birth_year: BirthYear | None
    record_number: RecordNumber | None
    joined_at: Instant | None


class PatientDetails(Patient, frozen=True, kw_only=True):
    """A patient with who treats them, and the invitation that waits for their phone."""

    care_team: list[CareTeamMember]
    invitation: LiveInvitation | None


@get("/api/patients", access=Access.STAFF, operation_id="listPatients", audit="patient.list")
async def get_patients(
    who: NamedDependency[Scope],
    db: NamedDependency[Database],
    clock: NamedDependency[Clock],
) -> list[PatientSummary]:
    """The patients whom I may see, by family name; at most 500."""
    now = clock.now()

    async def work(tx: Tx) -> list[PatientSummary]:
        patients = await visible_patients(tx, who)
        await record(tx, who, now, action="patient.list")
        return [
            PatientSummary(**{name: getattr(patient, name) for name in PatientSummary.__struct_fields__})
            for patient in patients
        ]

    return await db.write(work)


class NewPatient(Value, frozen=True):
    """What is asked at registration."""

    given_name: Name
    family_name: Name
    language: Language
    time_zone: ZoneName
    birth_year: BirthYear | None = None
    record_number: RecordNumber | None = None
    problem: Sentence | None = None
    goal: Sentence | None = None


@post("/api/patients", access=Access.STAFF, operation_id="addPatient", status_code=201, audit="patient.add")
async def post_patient(
    data: JSONBody[NewPatient],
    who: NamedDependency[Scope],
    db: NamedDependency[Database],
    clock: NamedDependency[Clock],
) -> PatientDetails:
    """Register a patient. A therapist who does is the first of their care team."""
    now = clock.now()

    async def work(tx: Tx) -> PatientDetails:
        patient = await add_patient(tx, now, clinic_id=who.clinic_id, **structs.asdict(data))
        if who.role is Role.THERAPIST:
            await add_to_care_team(tx, now, clinic_id=who.clinic_id, patient_id=patient.id, staff_id=who.actor_id)
        await record(tx, who, now, action="patient.add", patient_id=patient.id)
        return await _details(tx, now, who, patient.id)

    return await db.write(work)


@get("/api/patients/{patient_id:str}", access=Access.CHART, operation_id="readPatient", audit="patient.read")
async def get_patient(
    patient_id: FromPath[str],
    who: NamedDependency[Scope],
    db: NamedDependency[Database],
    clock: NamedDependency[Clock],
) -> PatientDetails:
    """One of my patients."""
    now = clock.now()

    async def work(tx: Tx) -> PatientDetails:
        details = await _details(tx, now, who, patient_id)
        await record(tx, who, now, action="patient.read", patient_id=patient_id)
        return details

    return await db.write(work)


class PatientChanges(Value, frozen=True):
    """What staff may correct."""

    given_name: Name | UnsetType = UNSET
    family_name: Name | UnsetType = UNSET
    language: Language | UnsetType = UNSET
    time_zone: ZoneName | UnsetType = UNSET
    birth_year: BirthYear | UnsetType | None = UNSET
    record_number: RecordNumber | UnsetType | None = UNSET
    problem: Sentence | UnsetType | None = UNSET
    goal: Sentence | UnsetType | None = UNSET


@patch("/api/patients/{patient_id:str}", access=Access.CHART, operation_id="changePatient", audit="patient.save")
async def patch_patient(
    patient_id: FromPath[str],
    data: JSONBody[PatientChanges],
    who: NamedDependency[Scope],
    db: NamedDependency[Database],
    clock: NamedDependency[Clock],
) -> PatientDetails:
    """Correct a patient's details."""
    now = clock.now()

    async def work(tx: Tx) -> PatientDetails:
        changes: dict[str, Any] = {k: v for k, v in structs.asdict(data).items() if v is not UNSET}
        patient = structs.replace(await find_patient(tx, who, patient_id), **changes)
        await save_patient(tx, who.clinic_id, patient)
        await record(tx, who, now, action="patient.save", patient_id=patient_id)
        return await _details(tx, now, who, patient_id)

    return await db.write(work)


async def _details(tx: Tx, now: datetime, scope: Scope, patient_id: str) -> PatientDetails:
    patient = await find_patient(tx, scope, patient_id)
    return PatientDetails(
        **structs.asdict(patient),
        care_team=await care_team(tx, scope.clinic_id, patient_id),
        invitation=await live_invitation(tx, now, clinic_id=scope.clinic_id, patient_id=patient_id),
    )


routes = [get_patients, post_patient, get_patient, patch_patient]
