"""The patients of a member of staff."""

from typing import Annotated

from msgspec import Meta, structs

from homeplan.accounts import actions, store
from homeplan.accounts.helpers.model import Helper
from homeplan.accounts.helpers.store import find_helper
from homeplan.accounts.model import (
    BirthYear,
    CareTeamMember,
    LiveInvitation,
    NewPatient,
    Patient,
    PatientChanges,
    RecordNumber,
)
from homeplan.context import Context
from homeplan.http.route import Query
from homeplan.http.routes import chart, staff
from homeplan.typed import LINE
from homeplan.values import Id, Instant, Language, Name, Value, ZoneName, only

Archived = Annotated[bool, Query("archived", "The archived patients instead of the active ones.")]


class PatientSummary(Value, frozen=True):
    """One patient in a list."""

    id: Id
    given_name: Name
    family_name: Name
    language: Language
    time_zone: ZoneName
    birth_year: BirthYear | None
    record_number: RecordNumber | None
    joined_at: Instant | None


class PatientSearch(Value, frozen=True):
    """A search for patients. It is a body, since addresses are written into the logs of proxies."""

    search: Annotated[str, Meta(max_length=100, extra=LINE)]
    """The beginning of a name or of the record number."""


class PatientDetails(Patient, frozen=True, kw_only=True):
    """A patient with their care team, the open invitation for their phone, and their helper."""

    care_team: list[CareTeamMember]
    invitation: LiveInvitation | None
    helper: Helper | None
    earlier_records: list[Id]
    """Records of the same person that were merged into this one."""


@staff.get("patients", audit="patient.list", desk=True)
async def list_patients(ctx: Context, archived: Archived = False) -> list[PatientSummary]:
    """The patients whom I may know, by family name; at most 500."""
    return [only(PatientSummary, patient) for patient in await store.visible_patients(ctx, archived=archived)]


@staff.post("patient-search", audit="patient.list", status=200, writes=False, desk=True)
async def search_patients(ctx: Context, data: PatientSearch) -> list[PatientSummary]:
    """The active patients whom I may know and who are called so, by family name; at most 500."""
    return [only(PatientSummary, patient) for patient in await store.visible_patients(ctx, data.search)]


@staff.post("patients", audit="patient.add", desk=True)
async def add_patient(ctx: Context, data: NewPatient) -> PatientDetails:
    """Register a patient. A therapist who does is the first of their care team. Sent again it stays one patient."""
    patient = await actions.add_patient(ctx, data)
    ctx.patient_id = patient.id
    return await _details(ctx, patient.id)


@chart.get(audit="patient.read", desk=True)
async def read_patient(ctx: Context, patient_id: str) -> PatientDetails:
    """One of my patients."""
    return await _details(ctx, patient_id)


@chart.patch(audit="patient.save", exclusive=True, desk=True)
async def change_patient(ctx: Context, patient_id: str, data: PatientChanges) -> PatientDetails:
    """Correct a patient's details."""
    await actions.change_patient(ctx, patient_id, data)
    return await _details(ctx, patient_id)


async def _details(ctx: Context, patient_id: str) -> PatientDetails:
    patient = await store.find_patient(ctx, patient_id)
    return PatientDetails(
        **structs.asdict(patient),
        care_team=await store.care_team(ctx, patient_id),
        invitation=await store.live_invitation(ctx, patient_id),
        helper=await find_helper(ctx, patient_id),
        earlier_records=await store.merged_into(ctx, patient_id),
    )


routes = [list_patients, search_patients, add_patient, read_patient, change_patient]
