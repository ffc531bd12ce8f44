"""Records consents to needling; the patient, or staff on their word, takes them back."""

from homeplan.accounts.store import find_staff
from homeplan.alerts.actions import raise_alerts
from homeplan.alerts.model import Finding
from homeplan.clock import from_ms, to_ms
from homeplan.context import Context
from homeplan.errors import Invalid, NotFound, SentBefore
from homeplan.library.content import needling_rules, starter
from homeplan.needling import store
from homeplan.needling.model import Consent, ConsentEntry, ConsentTextChanged
from homeplan.programs.store import lock_patient


async def add_consent(ctx: Context, patient_id: str, consent_id: str, entry: ConsentEntry) -> Consent:
    """Store a signed consent once. Raises ConsentTextChanged, Invalid, and SentBefore for other content."""
    await lock_patient(ctx, patient_id)
    known = await store.find_consent(ctx, patient_id, consent_id)
    if known is not None:
        ctx.repeated = True
        if not _is_same(known, entry):
            raise SentBefore(field="id")
        return known
    current = needling_rules().consent
    if entry.version != current.version:
        raise ConsentTextChanged(field="version")
    if (entry.signed_on == "screen") != (entry.signed_name is not None):
        raise Invalid("The patient types their name to sign on the screen; paper holds its own.", field="signedName")
    signed_at = entry.signed_at or ctx.now
    if signed_at > ctx.now:
        raise Invalid("A consent is recorded after it is signed.", field="signedAt")
    explained_by = entry.explained_by or ctx.actor.id
    try:
        await find_staff(ctx, explained_by)
    except NotFound:
        raise Invalid("Nobody of that id works at this clinic.", field="explainedBy") from None
    text = current.text.in_language(entry.language)
    added = await store.insert_consent(
        ctx, patient_id, consent_id, entry, text=text, signed_at=signed_at, explained_by=explained_by
    )
    stored = await store.find_consent(ctx, patient_id, consent_id)
    if not added or stored is None:
        raise SentBefore(field="id")  # of another patient
    return stored


async def withdraw(ctx: Context, patient_id: str) -> Consent:
    """Take the patient's consents back, and tell the clinic. Again it changes nothing. Raises NotFound without one."""
    await lock_patient(ctx, patient_id)
    withdrawn = await store.withdraw_consents(ctx, patient_id)
    consents = await store.consents_of(ctx, patient_id)
    if not consents:
        raise NotFound
    latest = consents[0]
    if withdrawn:
        finding = Finding(
            rule="consent-withdrawn",
            version=starter().alert_rules.consent_withdrawn.version,
            trigger=latest.id,
            value=1,
            marks=frozenset({latest.id}),
            known_at=ctx.now,
            inputs={"version": latest.version, "signedAt": latest.signed_at.isoformat()},
        )
        await raise_alerts(ctx, patient_id, [finding])
    return latest


async def forget(ctx: Context, patient_id: str) -> None:
    """Erase the names that a patient who leaves typed under consents; the consents stay on record."""
    await store.delete_signed_names(ctx, patient_id)


def _is_same(known: Consent, entry: ConsentEntry) -> bool:
    same_time = entry.signed_at is None or from_ms(to_ms(entry.signed_at)) == known.signed_at
    same_person = entry.explained_by in (None, known.explained_by)
    return (
        same_time
        and same_person
        and (known.version, known.language, known.signed_on, known.signed_name)
        == (entry.version, entry.language, entry.signed_on, entry.signed_name)
    )
