"""Records contacts with a patient, and corrects them by version."""

from msgspec import structs

from homeplan.accounts.store import find_staff
from homeplan.clock import from_ms, to_ms
from homeplan.contact.log import rules, store
from homeplan.contact.log.model import Contact, ContactChanged, ContactCorrection, ContactDetails, ContactEntry
from homeplan.context import Context
from homeplan.errors import Invalid, NotFound, SentBefore
from homeplan.values import only


async def record_contact(ctx: Context, patient_id: str, entry: ContactEntry, *, alert_id: str | None = None) -> Contact:
    """Store a contact once and return it. `alert_id`: the patient's alert that it was about.

    Raises UnfitContact, Invalid for an unknown colleague, and SentBefore for another contact under its id.
    """
    rules.require_fit(entry, ctx.now)
    await _require_staff(ctx, entry)
    is_new = await store.insert_contact(ctx, patient_id, entry.id, 1, entry, alert_id=alert_id)
    ctx.repeated = not is_new
    stored = await store.find_contact(ctx, patient_id, entry.id)
    if stored is None or (stored.alert, _stated(stored)) != (alert_id, _stated(_with_actor(ctx, entry))):
        raise SentBefore(field="id")
    return stored


async def correct_contact(ctx: Context, patient_id: str, contact_id: str, entry: ContactCorrection) -> Contact:
    """Store another version of a contact; the same correction again changes nothing.

    Raises NotFound, UnfitContact, ContactChanged when `based_on` does not hold any more.
    """
    rules.require_fit(entry, ctx.now)
    await _require_staff(ctx, entry)
    known = await store.find_contact(ctx, patient_id, contact_id)
    if known is None:
        raise NotFound
    details = structs.replace(_with_actor(ctx, entry), by=entry.by or known.by)
    if known.version == entry.based_on + 1 and _stated(known) == _stated(details):
        return known
    if not await store.replace_contact(ctx, patient_id, contact_id, entry.based_on):
        raise ContactChanged
    if not await store.insert_contact(ctx, patient_id, contact_id, entry.based_on + 1, details, alert_id=known.alert):
        raise ContactChanged
    corrected = await store.find_contact(ctx, patient_id, contact_id)
    if corrected is None:
        raise ContactChanged
    return corrected


async def finish_next_step(ctx: Context, patient_id: str, contact_id: str) -> Contact:
    """Note that the next step of a contact is done. Raises NotFound."""
    if not await store.finish_step(ctx, patient_id, contact_id):
        raise NotFound
    found = await store.find_contact(ctx, patient_id, contact_id)
    if found is None:
        raise NotFound
    return found


async def forget(ctx: Context, patient_id: str) -> None:
    """Erase the own words of a patient who leaves; the staff's record stays."""
    await store.delete_words(ctx, patient_id)


def _stated(entry: ContactDetails) -> ContactDetails:
    """The details to compare, in milliseconds as they are stored."""
    details = only(ContactDetails, entry)
    return structs.replace(details, started_at=from_ms(to_ms(details.started_at)))


def _with_actor(ctx: Context, entry: ContactDetails) -> ContactDetails:
    return structs.replace(only(ContactDetails, entry), by=entry.by or ctx.actor.id)


async def _require_staff(ctx: Context, entry: ContactDetails) -> None:
    """Raises Invalid unless the colleague works or worked at the clinic."""
    if entry.by is None:
        return
    try:
        await find_staff(ctx, entry.by)
    except NotFound:
        raise Invalid("Nobody of that id works at this clinic.", field="by") from None
