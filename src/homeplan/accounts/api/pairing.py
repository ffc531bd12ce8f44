"""A phone joins: by the link that its camera read, or by the pairing code typed into the installed app."""

from typing import Annotated, Any

from litestar import Request, Response, post
from litestar.di import NamedDependency, Provide
from litestar.params import JSONBody
from msgspec import Meta

from homeplan.accounts.api.cookies import patient_cookie
from homeplan.accounts.api.me import Me, read_me
from homeplan.accounts.audit import record
from homeplan.accounts.guard import client_ip, visitor_scope
from homeplan.accounts.model import InvitationUnusable, Label, Role
from homeplan.accounts.store import (
    find_clinic,
    find_invited,
    find_patient,
    redeem_code,
    redeem_token,
    start_patient_session,
)
from homeplan.accounts.store.sessions import NewSession
from homeplan.accounts.throttle import Throttle, provide_throttle
from homeplan.clock import Clock
from homeplan.db import Database, Tx
from homeplan.http.access import Access
from homeplan.values import Language, Name, Value

Token = Annotated[str, Meta(min_length=1, max_length=100)]
Code = Annotated[str, Meta(min_length=1, max_length=30)]

_throttled = {"throttle": Provide(provide_throttle, sync_to_thread=False)}


class Preview(Value, frozen=True):
    """What the link's token is."""

    token: Token


class Previewed(Value, frozen=True):
    """Enough for the invited to see that the link is theirs."""

    clinic_name: Name
    given_name: Name
    language: Language


@post(
    "/api/pairings/preview",
    access=Access.PUBLIC,
    operation_id="previewPairing",
    status_code=200,
    audit="pairing.preview",
    dependencies=_throttled,
)
async def preview_pairing(
    request: Request[Any, Any, Any],
    data: JSONBody[Preview],
    db: NamedDependency[Database],
    clock: NamedDependency[Clock],
    throttle: NamedDependency[Throttle],
) -> Previewed:
    """Say whom the link is for, without using it up."""
    now = clock.now()
    throttle.check_pairing(now, client_ip(request))

    async def work(tx: Tx) -> Previewed | None:
        invited = await find_invited(tx, now, data.token)
        if invited is None:
            return None
        scope = visitor_scope(request, clinic_id=invited.clinic_id, actor_id=invited.patient_id, role=Role.PATIENT)
        patient = await find_patient(tx, scope, invited.patient_id)
        clinic = await find_clinic(tx, invited.clinic_id)
        await record(tx, scope, now, action="pairing.preview", object_id=invited.invitation_id, patient_id=patient.id)
        return Previewed(clinic_name=clinic.name, given_name=patient.given_name, language=patient.language)

    previewed = await db.write(work)
    if previewed is None:
        throttle.note_pairing_failure(now, client_ip(request))
        raise InvitationUnusable
    return previewed


class Pairing(Value, frozen=True):
    """The link's token or the pairing code, and what the phone calls itself."""

    device_label: Label
    token: Token | None = None
    pairing_code: Code | None = None

    def __post_init__(self) -> None:
        if (self.token is None) == (self.pairing_code is None):
            raise ValueError("Send either token or pairingCode")


@post(
    "/api/pairings",
    access=Access.PUBLIC,
    operation_id="pair",
    status_code=201,
    audit="pairing.redeem",
    dependencies=_throttled,
)
async def pair(
    request: Request[Any, Any, Any],
    data: JSONBody[Pairing],
    db: NamedDependency[Database],
    clock: NamedDependency[Clock],
    throttle: NamedDependency[Throttle],
) -> Response[Me]:
    """Use the invitation up and sign the phone in."""
    now = clock.now()
    throttle.check_pairing(now, client_ip(request))

    async def work(tx: Tx) -> tuple[NewSession, Me] | None:
        invited = (
            await redeem_token(tx, now, data.token)
            if data.token is not None
            else await redeem_code(tx, now, data.pairing_code or "")
        )
        if invited is None:
            return None  # not an exception: a try of the code must be kept
        clinic_id, patient_id = invited.clinic_id, invited.patient_id
        session = await start_patient_session(
            tx, now, clinic_id=clinic_id, patient_id=patient_id, label=data.device_label
        )
        scope = visitor_scope(request, clinic_id=clinic_id, actor_id=patient_id, role=Role.PATIENT)
        me = await read_me(tx, scope, now)
        await record(tx, scope, now, action="pairing.redeem", object_id=invited.invitation_id, patient_id=patient_id)
        return session, me

    paired = await db.write(work)
    if paired is None:
        throttle.note_pairing_failure(now, client_ip(request))
        raise InvitationUnusable
    session, me = paired
    return Response(me, status_code=201, cookies=[patient_cookie(session.token)])


routes = [preview_pairing, pair]
