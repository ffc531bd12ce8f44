"""Pairing a phone: by the link from the QR code, or by the pairing code typed into the installed app."""

from datetime import timedelta
from typing import Annotated, Literal

from msgspec import Meta

from homeplan.accounts import actions, store
from homeplan.accounts.api.cookies import patient_cookie
from homeplan.accounts.api.me import Me, me_of
from homeplan.accounts.helpers.actions import act_as_helper, redeem_helper, sign_in_helper
from homeplan.accounts.helpers.model import InvitedHelper
from homeplan.accounts.helpers.store import find_invited_helper
from homeplan.accounts.model import (
    EmergencyNumber,
    InvitationUnusable,
    Invited,
    Label,
    Phone,
    PrivacyContact,
    RecordYears,
)
from homeplan.actor import Role
from homeplan.context import Context
from homeplan.errors import TooMany
from homeplan.forwarded import network_of
from homeplan.http.answers import Answer
from homeplan.http.routes import public
from homeplan.limits.actions import count_failure
from homeplan.limits.model import Limit
from homeplan.values import Id, Language, Name, Value

FAILURES = Limit(name="pairing-network", most=10, within=timedelta(minutes=1))
"""Links and codes from one network that do not work. One that works is taken however many others did not: a link cannot
be guessed (160 bits), and a code has five tries of its own."""

Token = Annotated[str, Meta(min_length=1, max_length=100)]
Code = Annotated[str, Meta(min_length=1, max_length=30)]


PairingKind = Literal["clinic", "phone", "helper"]


class Preview(Value, frozen=True):
    """The token of the link."""

    token: Token


class Previewed(Value, frozen=True):
    """Enough for the invited person to see that the link is theirs, whom to call before it is accepted, and what the
    privacy notice says."""

    clinic_name: Name
    clinic_phone: Phone
    emergency_number: EmergencyNumber
    privacy_contact: PrivacyContact
    record_years: RecordYears | None
    clinic_logo: str | None
    """The address of the clinic's logo."""
    given_name: Name
    language: Language
    kind: PairingKind
    """The origin of the link: the clinic, a signed-in phone for a new one, or a patient for a helper."""


@public.post("pairings/preview", audit="pairing.preview", status=200)
async def preview_pairing(ctx: Context, data: Preview) -> Previewed | InvitationUnusable | TooMany:
    """Tell whom the link is for, without using it up."""
    invited = await store.find_invited(ctx, data.token) or await find_invited_helper(ctx, data.token)
    if invited is None:
        return await _unusable(ctx)
    await _act_as(ctx, invited)
    patient = await store.find_patient(ctx, invited.patient_id)
    clinic = await store.find_clinic(ctx)
    return Previewed(
        clinic_name=clinic.name,
        clinic_phone=clinic.phone,
        emergency_number=clinic.emergency_number,
        privacy_contact=clinic.privacy_contact,
        record_years=clinic.record_years,
        clinic_logo=clinic.logo,
        given_name=patient.given_name,
        language=patient.language,
        kind=_kind(invited),
    )


class Pairing(Value, frozen=True):
    """The link's token or the pairing code, and the name of the phone.

    `id` is the sign-in's, made by the phone: a second try after a lost answer sends the same one.
    """

    id: Id
    device_label: Label
    token: Token | None = None
    pairing_code: Code | None = None
    sign_out_other: bool = False
    """Whether the phone that shows the link is signed out; nothing for a link of the clinic or for a helper."""

    def __post_init__(self) -> None:
        if (self.token is None) == (self.pairing_code is None):
            raise ValueError("Send either token or pairingCode")


@public.post("pairings", audit="pairing.redeem")
async def pair(ctx: Context, data: Pairing) -> Answer[Me] | InvitationUnusable | TooMany:
    """Use the invitation up and sign the phone in.

    Sent again within ten minutes under the same id, it signs the same phone in once more.
    """
    invited = await _redeem(ctx, data)
    if invited is None:
        return await _unusable(ctx)
    await _act_as(ctx, invited)
    if isinstance(invited, InvitedHelper):
        sign_in = await sign_in_helper(ctx, data.id, label=data.device_label)
    else:
        sign_in = await actions.sign_in_patient(ctx, invited.patient_id, data.id, label=data.device_label)
        if data.sign_out_other and invited.from_sign_in_id is not None:
            await actions.end_other_phone(ctx, invited.patient_id, invited.from_sign_in_id)
    return Answer(await me_of(ctx), cookies=[patient_cookie(sign_in.token)])


async def _redeem(ctx: Context, data: Pairing) -> Invited | InvitedHelper | None:
    if data.token is None:
        return await actions.redeem_code(ctx, data.pairing_code or "", data.id)
    return await actions.redeem_token(ctx, data.token, data.id) or await redeem_helper(ctx, data.token, data.id)


def _kind(invited: Invited | InvitedHelper) -> PairingKind:
    if isinstance(invited, InvitedHelper):
        return "helper"
    return "clinic" if invited.from_sign_in_id is None else "phone"


async def _act_as(ctx: Context, invited: Invited | InvitedHelper) -> None:
    """Continue the request as the invited patient or helper."""
    await store.enter_clinic(ctx, invited.clinic_id)
    if isinstance(invited, InvitedHelper):
        act_as_helper(ctx, invited)
        return
    ctx.act_as(invited.clinic_id, invited.patient_id, Role.PATIENT)
    ctx.patient_id, ctx.object_id = invited.patient_id, invited.invitation_id


async def _unusable(ctx: Context) -> InvitationUnusable | TooMany:
    """Returned, not raised, so that the counted tries of the code and of the network are committed."""
    return await count_failure(ctx, FAILURES.of(network_of(ctx.actor.ip))) or InvitationUnusable()


routes = [preview_pairing, pair]
