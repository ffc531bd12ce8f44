"""Withdrawing a patient's invitation, and signing their phones out; golive/ has the route that invites."""

import asyncio

from homeplan.accounts import actions
from homeplan.accounts.model import Invitation
from homeplan.accounts.qr import qr_svg
from homeplan.context import Context
from homeplan.http.routes import chart
from homeplan.settings import Settings
from homeplan.values import Instant, Value


class InvitationToShow(Value, frozen=True):
    """The invitation for the screen or the print sheet. Link and code cannot be shown a second time."""

    url: str
    qr_svg: str
    pairing_code: str
    pairing_code_expires_at: Instant
    expires_at: Instant


async def shown_invitation(new: Invitation, settings: Settings) -> InvitationToShow:
    """The invitation as staff hand it out."""
    # In the fragment, so that the token never reaches a log or a Referer.
    url = f"{settings.origin}/e#{new.token}"
    return InvitationToShow(
        url=url,
        qr_svg=await asyncio.to_thread(qr_svg, url),  # 15 ms, in a thread so that other requests go on
        pairing_code=new.pairing_code,
        pairing_code_expires_at=new.pairing_code_expires_at,
        expires_at=new.expires_at,
    )


@chart.delete("invitation", audit="invitation.void", desk=True)
async def void_invitation(ctx: Context, patient_id: str) -> None:
    """Make the unused link and code useless."""
    await actions.void_invitations(ctx, patient_id)


@chart.delete("sign-ins", audit="sign-in.end-all", exclusive=True, desk=True)
async def sign_out_patient(ctx: Context, patient_id: str) -> None:
    """Sign all phones of the patient out, for example because one was lost. Open invitations, and a helper's unused
    link, stop working too; a helper who has joined stays."""
    await actions.sign_out_patient(ctx, patient_id)


routes = [void_invitation, sign_out_patient]
