"""How a patient's phone joins, and how it is shut out again."""

import asyncio

from homeplan.accounts import store
from homeplan.accounts.model import Invitation
from homeplan.accounts.qr import qr_svg
from homeplan.context import Context
from homeplan.http.routes import chart
from homeplan.settings import Settings
from homeplan.values import Instant, Value


class InvitationToShow(Value, frozen=True):
    """What goes on the screen or the print sheet, once: neither the link nor the code can be shown again."""

    url: str
    qr_svg: str
    pairing_code: str
    pairing_code_expires_at: Instant
    expires_at: Instant


async def _shown(new: Invitation, settings: Settings) -> InvitationToShow:
    # In the fragment, so that the token never reaches a log or a Referer.
    url = f"{settings.origin}/e#{new.token}"
    return InvitationToShow(
        url=url,
        qr_svg=await asyncio.to_thread(qr_svg, url),  # 15 ms that nobody else has to wait for
        pairing_code=new.pairing_code,
        pairing_code_expires_at=new.pairing_code_expires_at,
        expires_at=new.expires_at,
    )


@chart.post("invitation", audit="invitation.create", after=_shown)
async def invite_patient(ctx: Context, patient_id: str) -> Invitation:
    """Make a link and a pairing code for the patient's phone; earlier ones stop working."""
    new = await store.create_invitation(ctx, patient_id=patient_id)
    ctx.object_id = new.id
    return new


@chart.delete("invitation", audit="invitation.void")
async def void_invitation(ctx: Context, patient_id: str) -> None:
    """Take back whatever was handed out and not used."""
    await store.void_invitations(ctx, patient_id=patient_id)


@chart.delete("sessions", audit="session.end-all")
async def sign_out_patient(ctx: Context, patient_id: str) -> None:
    """Sign all the patient's phones out, because one was lost. Open invitations stop working too."""
    await store.revoke_sessions_of_patient(ctx, patient_id=patient_id)
    await store.void_invitations(ctx, patient_id=patient_id)


routes = [invite_patient, void_invitation, sign_out_patient]
