"""The patient's helper and the patient's new phone: the links that a signed-in phone shows, and ending a helper."""

import asyncio

from homeplan.accounts import actions
from homeplan.accounts.helpers import actions as helpers
from homeplan.accounts.helpers.model import EndedBy, Helper, HelperAllowances, HelperLink, NewHelper
from homeplan.accounts.helpers.store import find_helper
from homeplan.accounts.model import Invitation, NewInvitation
from homeplan.accounts.qr import qr_svg
from homeplan.accounts.rules import NEW_INVITATIONS
from homeplan.context import Context
from homeplan.errors import NotFound
from homeplan.http.routes import chart, me
from homeplan.settings import Settings
from homeplan.values import Instant, Value


class LinkToShow(Value, frozen=True):
    """A link as a picture and as text. It cannot be shown a second time."""

    url: str
    qr_svg: str
    expires_at: Instant


class MyHelper(Value, frozen=True):
    """The patient's helper; None without one."""

    helper: Helper | None


async def _shown(new: Invitation | HelperLink, settings: Settings) -> LinkToShow:
    # In the fragment, so that the token never reaches a log or a Referer.
    url = f"{settings.origin}/e#{new.token}"
    return LinkToShow(url=url, qr_svg=await asyncio.to_thread(qr_svg, url), expires_at=new.expires_at)


@me.get("helper")
async def read_my_helper(ctx: Context) -> MyHelper:
    """The person who helps me, or whom I have invited."""
    return MyHelper(await find_helper(ctx, ctx.actor.id))


@me.post("helper", audit="helper.invite", after=_shown, limit=NEW_INVITATIONS, exclusive=True)
async def invite_my_helper(ctx: Context, data: NewHelper) -> HelperLink:
    """Make a link for one person; an earlier unused one stops working. Raises HelperExists once somebody has joined."""
    ctx.object_id = data.id
    return await helpers.invite_helper(ctx, ctx.actor.id, data)


@me.put("helper/allowed", audit="helper.allow", exclusive=True)
async def allow_my_helper(ctx: Context, data: HelperAllowances) -> MyHelper:
    """Let my helper read more than the plan, or no longer; it holds from their next request. Raises NotFound."""
    await helpers.allow_helper(ctx, ctx.actor.id, data)
    return MyHelper(await _noted(ctx, ctx.actor.id))


@me.delete("helper", audit="helper.end", exclusive=True)
async def end_my_helper(ctx: Context) -> None:
    """End my helper, or withdraw the link; their next request is refused. Raises NotFound."""
    await _noted(ctx, ctx.actor.id)
    await helpers.end_helper(ctx, ctx.actor.id, EndedBy.PATIENT)


@chart.delete("helper", audit="helper.end", exclusive=True)
async def end_helper_of_patient(ctx: Context, patient_id: str) -> None:
    """End the patient's helper, or withdraw the link; their next request is refused. Raises NotFound."""
    await _noted(ctx, patient_id)
    await helpers.end_helper(ctx, patient_id, EndedBy.STAFF)


async def _noted(ctx: Context, patient_id: str) -> Helper:
    """The patient's helper, noted as what the audit event is about. Raises NotFound."""
    helper = await find_helper(ctx, patient_id)
    if helper is None:
        raise NotFound
    ctx.object_id = helper.id
    return helper


@me.post("phone-link", audit="invitation.create", after=_shown, limit=NEW_INVITATIONS)
async def show_phone_link(ctx: Context, data: NewInvitation) -> Invitation:
    """Make a link for my new phone, good for ten minutes and one use; earlier links and codes stop working."""
    ctx.object_id = data.id
    return await actions.create_invitation(ctx, ctx.actor.id, data.id, from_sign_in_id=ctx.actor.sign_in_id)


routes = [
    read_my_helper,
    invite_my_helper,
    allow_my_helper,
    end_my_helper,
    end_helper_of_patient,
    show_phone_link,
]
