"""Saves the patient's intake, version by version."""

from msgspec import structs

from homeplan.context import Context
from homeplan.errors import Invalid
from homeplan.library.content import needling_rules
from homeplan.needling import store
from homeplan.needling.model import Intake, IntakeChanged, IntakeEntry
from homeplan.programs.store import lock_patient
from homeplan.values import only


async def save_intake(ctx: Context, patient_id: str, entry: IntakeEntry, *, based_on: int) -> Intake:
    """Add a version after `based_on`; the same content again adds none. Raises Invalid and IntakeChanged."""
    entry = only(IntakeEntry, entry)
    known = {item.slug for item in needling_rules().intake}
    for slug in entry.answers:
        if slug not in known:
            raise Invalid("The intake has no item of this name.", field=f"answers.{slug}")
    if entry.answers.get("pregnancy") != "yes":
        entry = structs.replace(entry, trimester=None, due_date=None)
    await lock_patient(ctx, patient_id)
    stored = await store.latest_intake(ctx, patient_id)
    if stored.version > 0 and only(IntakeEntry, stored) == entry:
        return stored
    if stored.version != based_on or not await store.insert_intake(ctx, patient_id, based_on + 1, entry):
        raise IntakeChanged
    return await store.latest_intake(ctx, patient_id)
