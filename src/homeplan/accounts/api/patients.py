"""The patients of a member of staff."""

from typing import Any

from msgspec import UNSET, UnsetType, structs

from homeplan.accounts import store
from homeplan.accounts.model import (
    BirthYear,
    CareTeamMember,
    LiveInvitation,
    Patient,
    RecordNumber,
    Sentence,
)
from homeplan.actor import Role
from homeplan.context import Context
from homeplan.http.routes import chart, staff
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


@staff.get("patients", audit="patient.list")
async def list_patients(ctx: Context) -> list[PatientSummary]:
    """The patients whom I may see, by family name; at most 500."""
    patients = await store.visible_patients(ctx)
    return [
        PatientSummary(**{name: getattr(patient, name) for name in PatientSummary.__struct_fields__})
        for patient in patients
    ]


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


@staff.post("patients", audit="patient.add")
async def add_patient(ctx: Context, data: NewPatient) -> PatientDetails:
    """Register a patient. A therapist who does is the first of their care team."""
    patient = await store.add_patient(ctx, **structs.asdict(data))
    if ctx.actor.role is Role.THERAPIST:
        await store.add_to_care_team(ctx, patient_id=patient.id, staff_id=ctx.actor.id)
    ctx.patient_id = patient.id
    return await _details(ctx, patient.id)


@chart.get(audit="patient.read")
async def read_patient(ctx: Context, patient_id: str) -> PatientDetails:
    """One of my patients."""
    return await _details(ctx, patient_id)


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


@chart.patch(audit="patient.save")
async def change_patient(ctx: Context, patient_id: str, data: PatientChanges) -> PatientDetails:
    """Correct a patient's details."""
    changes: dict[str, Any] = {k: v for k, v in structs.asdict(data).items() if v is not UNSET}
    patient = structs.replace(await store.find_patient(ctx, patient_id), **changes)
    await store.save_patient(ctx, patient)
    return await _details(ctx, patient_id)


async def _details(ctx: Context, patient_id: str) -> PatientDetails:
    patient = await store.find_patient(ctx, patient_id)
    return PatientDetails(
        **structs.asdict(patient),
        care_team=await store.care_team(ctx, patient_id),
        invitation=await store.live_invitation(ctx, patient_id=patient_id),
    )


routes = [list_patients, add_patient, read_patient, change_patient]
