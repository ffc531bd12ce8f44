"""How a patient's phone joins, and how it is shut out again."""

import asyncio

from litestar import delete, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from homeplan.accounts.audit import record
from homeplan.accounts.model import Invitation, Scope
from homeplan.accounts.qr import qr_svg
from homeplan.accounts.store import create_invitation, revoke_sessions_of_patient, void_invitations
from homeplan.clock import Clock
from homeplan.db import Database, Tx
from homeplan.http.access import Access
from homeplan.settings import Settings
from homeplan.values import Instant, Value


class InvitationToShow(Value, frozen=True):
    """What goes on the screen or the print sheet, once: neither the link nor the code can be shown again."""

    url: str
    qr_svg: str
    pairing_code: str
    pairing_code_expires_at: Instant
    expires_at: Instant


@post(
    "/api/patients/{patient_id:str}/invitation",
    access=Access.CHART,
    operation_id="invitePatient",
    status_code=201,
    audit="invitation.create",
)
async def post_invitation(
    patient_id: FromPath[str],
    who: NamedDependency[Scope],
    db: NamedDependency[Database],
    clock: NamedDependency[Clock],
    settings: NamedDependency[Settings],
) -> InvitationToShow:
    """Make a link and a pairing code for the patient's phone; earlier ones stop working."""
    now = clock.now()

    async def work(tx: Tx) -> Invitation:
        new = await create_invitation(tx, now, clinic_id=who.clinic_id, patient_id=patient_id)
        await record(tx, who, now, action="invitation.create", object_id=new.id, patient_id=patient_id)
        return new

    new = await db.write(work)
    # In the fragment, so that the token never reaches a log or a Referer.
    url = f"{settings.origin}/e#{new.token}"
    return InvitationToShow(
        url=url,
        qr_svg=await asyncio.to_thread(qr_svg, url),  # 15 ms that nobody else has to wait for
        pairing_code=new.pairing_code,
        pairing_code_expires_at=new.pairing_code_expires_at,
        expires_at=new.expires_at,
    )


@delete(
    "/api/patients/{patient_id:str}/invitation",
    access=Access.CHART,
    operation_id="voidInvitation",
    status_code=204,
    audit="invitation.void",
)
async def delete_invitation(
    patient_id: FromPath[str],
    who: NamedDependency[Scope],
    db: NamedDependency[Database],
    clock: NamedDependency[Clock],
) -> None:
    """Take back whatever was handed out and not used."""
    now = clock.now()

    async def work(tx: Tx) -> None:
        await void_invitations(tx, now, clinic_id=who.clinic_id, patient_id=patient_id)
        await record(tx, who, now, action="invitation.void", patient_id=patient_id)

    await db.write(work)


@delete(
    "/api/patients/{patient_id:str}/sessions",
    access=Access.CHART,
    operation_id="signOutPatient",
    status_code=204,
    audit="session.end-all",
)
async def delete_sessions(
    patient_id: FromPath[str],
    who: NamedDependency[Scope],
    db: NamedDependency[Database],
    clock: NamedDependency[Clock],
) -> None:
    """Sign all the patient's phones out, because one was lost. Open invitations stop working too."""
    now = clock.now()

    async def work(tx: Tx) -> None:
        await revoke_sessions_of_patient(tx, now, clinic_id=who.clinic_id, patient_id=patient_id)
        await void_invitations(tx, now, clinic_id=who.clinic_id, patient_id=patient_id)
        await record(tx, who, now, action="session.end-all", patient_id=patient_id)

    await db.write(work)


routes = [post_invitation, delete_invitation, delete_sessions]
