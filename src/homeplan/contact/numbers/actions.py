"""Changes of telephone numbers, and their end when a patient leaves."""

from collections.abc import Sequence

from homeplan.accounts.store import find_clinic
from homeplan.contact.numbers import rules, store
from homeplan.contact.numbers.model import EmergencyContact, NumbersEntry, Telephone, TelephoneNumbers, Whose
from homeplan.contact.numbers.store import StoredNumber
from homeplan.context import Context


async def read_numbers(ctx: Context, patient_id: str) -> TelephoneNumbers:
    """The numbers of the patient, as the clinic's country writes them; none for a patient who left."""
    stored = await store.numbers_of(ctx, patient_id)
    if not stored:
        return TelephoneNumbers()
    region = (await find_clinic(ctx)).phone_region
    own, emergency = stored.get("patient"), stored.get("emergency-contact")
    return TelephoneNumbers(
        patient=None if own is None else rules.telephone(own.number, region),
        emergency_contact=None
        if emergency is None
        else EmergencyContact(name=emergency.name or "", telephone=rules.telephone(emergency.number, region)),
    )


async def save_numbers(ctx: Context, patient_id: str, entry: NumbersEntry) -> TelephoneNumbers:
    """Store the numbers as typed and return them. Raises UnusableNumber, and then nothing is stored."""
    region = (await find_clinic(ctx)).phone_region
    own = emergency = None
    if entry.patient is not None:
        own = StoredNumber(rules.e164(entry.patient, region, field="patient"), None)
    if entry.emergency_contact is not None:
        number = rules.e164(entry.emergency_contact.number, region, field="emergencyContact.number")
        emergency = StoredNumber(number, entry.emergency_contact.name)
    await _save(ctx, patient_id, "patient", own)
    await _save(ctx, patient_id, "emergency-contact", emergency)
    return await read_numbers(ctx, patient_id)


async def own_telephones(ctx: Context, patient_ids: Sequence[str]) -> dict[str, Telephone]:
    """The patients' own telephones by patient; patients without a number are missing."""
    numbers = await store.own_numbers_of(ctx, patient_ids)
    if not numbers:
        return {}
    region = (await find_clinic(ctx)).phone_region
    return {patient_id: rules.telephone(number, region) for patient_id, number in numbers.items()}


async def forget(ctx: Context, patient_id: str, *, keep: bool) -> None:
    """Erase the numbers of a patient who leaves. `keep`: their own stays with the open urgent alert, for seven days at
    most."""
    await store.delete_number(ctx, patient_id, "emergency-contact")
    if keep:
        await store.keep_number(ctx, patient_id, ctx.now + rules.KEPT_AFTER_LEAVING)
    else:
        await store.delete_number(ctx, patient_id, "patient")


async def _save(ctx: Context, patient_id: str, whose: Whose, stored: StoredNumber | None) -> None:
    if stored is None:
        await store.delete_number(ctx, patient_id, whose)
    else:
        await store.save_number(ctx, patient_id, whose, stored)
