"""Routes of the log of contacts."""

from homeplan.contact.log import actions, store
from homeplan.contact.log.model import Contact, ContactCorrection, ContactEntry
from homeplan.context import Context
from homeplan.http.routes import chart
from homeplan.values import Id


@chart.get("contacts", audit="contact.list")
async def list_contacts(ctx: Context, patient_id: str) -> list[Contact]:
    """Contacts with the patient, the newest first; at most 500."""
    return await store.contacts_of(ctx, patient_id)


@chart.post("contacts", audit="contact.log")
async def log_contact(ctx: Context, patient_id: str, data: ContactEntry) -> Contact:
    """Write down a call, a conversation, a message, or a try that did not reach the patient."""
    ctx.object_id = data.id
    return await actions.record_contact(ctx, patient_id, data)


@chart.put("contacts/{contact_id}", audit="contact.correct")
async def correct_contact(ctx: Context, patient_id: str, contact_id: Id, data: ContactCorrection) -> Contact:
    """Correct a contact; the version before stays on record."""
    return await actions.correct_contact(ctx, patient_id, contact_id, data)


@chart.post("contacts/{contact_id}/next-step/done", audit="contact.finish", status=200)
async def finish_next_step(ctx: Context, patient_id: str, contact_id: Id) -> Contact:
    """Note that the next step is done."""
    ctx.object_id = contact_id
    return await actions.finish_next_step(ctx, patient_id, contact_id)


routes = [list_contacts, log_contact, correct_contact, finish_next_step]
