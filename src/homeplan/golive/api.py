"""Routes of the go-live check, and of inviting a patient's phone, which waits for it."""

from homeplan.accounts.api.invitations import shown_invitation
from homeplan.accounts.model import Invitation, NewInvitation
from homeplan.accounts.rules import NEW_INVITATIONS
from homeplan.context import Context
from homeplan.golive import actions
from homeplan.golive.model import GoLive
from homeplan.http.routes import chart, staff


@staff.get("go-live")
async def read_go_live(ctx: Context) -> GoLive:
    """The needs of the clinic before it invites its first patient."""
    return await actions.check(ctx)


@chart.get("go-live", audit="program.read")
async def read_go_live_of_patient(ctx: Context, patient_id: str) -> GoLive:
    """The same, with the items of this patient's program that nobody has signed."""
    return await actions.check(ctx, patient_id)


@chart.post("invitation", audit="invitation.create", after=shown_invitation, limit=NEW_INVITATIONS, desk=True)
async def invite_patient(ctx: Context, patient_id: str, data: NewInvitation) -> Invitation:
    """Make a link and a pairing code for the patient's phone; earlier ones stop working, of this invitation too.

    The clinic's first invitation needs numbers, hours, a duty list, a channel for each person on it, and signed texts.
    """
    ctx.object_id = data.id
    return await actions.invite_patient(ctx, patient_id, data.id)


routes = [read_go_live, read_go_live_of_patient, invite_patient]
