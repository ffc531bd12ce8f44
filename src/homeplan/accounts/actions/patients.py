"""Registering and correcting patients, and their care teams."""

from msgspec import structs

from homeplan.accounts import store
from homeplan.accounts.actions.sign_ins import sign_out_patient
from homeplan.accounts.helpers.actions import forget_helpers
from homeplan.accounts.model import MyChanges, NewPatient, NothingClinical, Patient, PatientChanges
from homeplan.actor import Role
from homeplan.context import Context
from homeplan.errors import NotFound, SentBefore
from homeplan.values import changed, only, zone


async def add_patient(ctx: Context, new: NewPatient) -> Patient:
    """Register a patient once; a therapist who does so is the first of their care team.

    A patient without a care team is visible to administrators only. Raises Invalid for an unknown zone, and for an id
    that is in use SentBefore, or NotFound when the actor may not see whose it is. Raises NothingClinical when the front
    desk enters the problem or the goal.
    """
    zone(new.time_zone)
    if ctx.actor.role is Role.FRONT_DESK and (new.problem is not None or new.goal is not None):
        raise NothingClinical
    patient = Patient(**structs.asdict(new))
    if not await store.insert_patient(ctx, patient):
        ctx.repeated = True
        stored = await store.find_patient(ctx, new.id)
        if only(NewPatient, stored) != new:
            raise SentBefore(field="id")
        return stored
    if ctx.actor.role is Role.THERAPIST:
        await add_to_care_team(ctx, patient.id, ctx.actor.id)
    return patient


async def change_patient(ctx: Context, patient_id: str, changes: PatientChanges | MyChanges) -> None:
    """Correct the patient's details. Raises NotFound, Invalid for an unknown zone, and NothingClinical when the front
    desk changes the problem or the goal.
    """
    corrected = changed(changes)
    if ctx.actor.role is Role.FRONT_DESK and not corrected.keys().isdisjoint({"problem", "goal"}):
        raise NothingClinical
    patient = structs.replace(await store.find_patient(ctx, patient_id), **corrected)
    zone(patient.time_zone)
    await store.save_patient(ctx, patient)


async def add_to_care_team(ctx: Context, patient_id: str, staff_id: str) -> None:
    """Let the member of staff see the patient; a repetition changes nothing. Raises NotFound for unknown staff."""
    if not await store.insert_care_team(ctx, patient_id, staff_id):
        raise NotFound


async def remove_from_care_team(ctx: Context, patient_id: str, staff_id: str) -> None:
    """Hide the patient from the member of staff. Raises NotFound when they were not part of the care team."""
    if not await store.delete_care_team(ctx, patient_id, staff_id):
        raise NotFound


async def forget(ctx: Context, patient_id: str, pseudonym: str) -> None:
    """Sign out a patient who leaves and their helper, and replace their details by the pseudonym."""
    await sign_out_patient(ctx, patient_id)
    await forget_helpers(ctx, patient_id)
    await store.forget_labels(ctx, patient_id)
    await store.pseudonymize(ctx, patient_id, pseudonym)
