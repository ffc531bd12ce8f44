"""Consents to needling: staff record them, the patient reads them and takes them back."""

from homeplan.context import Context
from homeplan.http.routes import chart, me
from homeplan.needling import store
from homeplan.needling.actions import consents
from homeplan.needling.actions.facts import consent_at
from homeplan.needling.model import Consent, ConsentEntry, ConsentState
from homeplan.values import Id, Instant, Language, Value


class NewConsent(ConsentEntry, frozen=True, kw_only=True):
    """A consent under an id that the form made."""

    id: Id


class MyConsent(Value, frozen=True, kw_only=True):
    """The patient's latest consent to needling; the state `none` has nothing else."""

    state: ConsentState
    text: str | None = None
    """As I read or heard it."""
    language: Language | None = None
    signed_name: str | None = None
    """As I typed it to sign on the screen; none on paper."""
    signed_at: Instant | None = None
    valid_until: Instant | None = None
    withdrawn_at: Instant | None = None


@chart.get("needling-consents", audit="needling-consent.list")
async def list_needling_consents(ctx: Context, patient_id: str) -> list[Consent]:
    """The patient's consents to needling, the latest first."""
    return await store.consents_of(ctx, patient_id)


@chart.post("needling-consents", audit="needling-consent.add")
async def add_needling_consent(ctx: Context, patient_id: str, data: NewConsent) -> Consent:
    """Record that the patient signed the consent text, on the screen or on paper."""
    ctx.object_id = data.id
    return await consents.add_consent(ctx, patient_id, data.id, data)


@chart.put("needling-consent/withdrawal", audit="needling-consent.withdraw")
async def withdraw_needling_consent(ctx: Context, patient_id: str) -> Consent:
    """The patient told us that they take their consent back."""
    return await consents.withdraw(ctx, patient_id)


@me.get("needling-consent")
async def read_my_needling_consent(ctx: Context) -> MyConsent:
    """My consent to needling, with its text."""
    return await _mine(ctx)


@me.put("needling-consent/withdrawal", audit="needling-consent.withdraw")
async def withdraw_my_needling_consent(ctx: Context) -> MyConsent:
    """Take my consent to needling back. My clinic is told."""
    ctx.object_id = (await consents.withdraw(ctx, ctx.actor.id)).id
    return await _mine(ctx)


async def _mine(ctx: Context) -> MyConsent:
    state, latest = await consent_at(ctx, ctx.actor.id, ctx.now)
    if latest is None:
        return MyConsent(state=state)
    return MyConsent(
        state=state,
        text=latest.text,
        language=latest.language,
        signed_name=latest.signed_name,
        signed_at=latest.signed_at,
        valid_until=latest.valid_until,
        withdrawn_at=latest.withdrawn_at,
    )


routes = [
    list_needling_consents,
    add_needling_consent,
    withdraw_needling_consent,
    read_my_needling_consent,
    withdraw_my_needling_consent,
]
