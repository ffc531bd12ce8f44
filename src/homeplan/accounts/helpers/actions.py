"""Inviting a helper, letting them join, and ending them."""

import secrets

from msgspec import structs

from homeplan.accounts import store as accounts
from homeplan.accounts.actions.invitations import TOKEN_BYTES
from homeplan.accounts.actions.sign_ins import new_sign_in
from homeplan.accounts.helpers import store
from homeplan.accounts.helpers.model import (
    EndedBy,
    HelperAllowances,
    HelperExists,
    HelperLink,
    InvitedHelper,
    NewHelper,
)
from homeplan.accounts.model import EnteredBy, NewSignIn
from homeplan.accounts.rules import INVITATION_LIFE, LIFETIMES
from homeplan.actor import Role
from homeplan.context import Context
from homeplan.errors import NotFound, SentBefore


async def invite_helper(ctx: Context, patient_id: str, new: NewHelper) -> HelperLink:
    """A link for a helper; an earlier one that nobody has used stops working.

    Asked for again under its id, it gets another token. Raises HelperExists once a person has joined, and SentBefore
    when the link of this id was ended.
    """
    await ctx.tx.lock(f"helper:{ctx.clinic_id}:{patient_id}")
    helper = await store.find_helper(ctx, patient_id)
    if helper is not None and helper.joined_at is not None:
        raise HelperExists
    await store.end_helper(ctx, patient_id, EndedBy.PATIENT, but=new.id)
    link = HelperLink(
        id=new.id,
        name=new.name,
        token=secrets.token_urlsafe(TOKEN_BYTES),
        expires_at=ctx.now + INVITATION_LIFE,
    )
    if not await store.insert_helper(ctx, patient_id, link):
        ctx.repeated = True
        if not await store.renew_helper(ctx, patient_id, link):
            raise SentBefore(field="id")
    return link


async def redeem_helper(ctx: Context, token: str, sign_in_id: str) -> InvitedHelper | None:
    """Use the link up for a device's sign-in. None for unknown, used, ended and expired links alike.

    A device whose answer was lost asks again under the same sign-in id.
    """
    await store.hold_patient_of_link(ctx, token)
    if await store.find_invited_helper(ctx, token) is not None:
        return await store.redeem_helper_link(ctx, token, sign_in_id)
    joined = await store.find_joined(ctx, token, sign_in_id)
    ctx.repeated = joined is not None
    return joined


def act_as_helper(ctx: Context, invited: InvitedHelper) -> None:
    """Continue the request as the helper."""
    ctx.act_as(invited.clinic_id, invited.helper_id, Role.HELPER)
    ctx.actor = structs.replace(ctx.actor, helps=invited.patient_id)
    ctx.patient_id, ctx.object_id = invited.patient_id, invited.helper_id


async def sign_in_helper(ctx: Context, sign_in_id: str, *, label: str) -> NewSignIn:
    """Sign the device of the helper who acts in under the id that it made, as `sign_in_patient` does a phone."""
    new = new_sign_in(ctx, sign_in_id, until=ctx.now + LIFETIMES[Role.HELPER].absolute)
    patient_id, helper_id = ctx.own_patient_id, ctx.actor.id
    stored = (
        await accounts.renew_sign_in(ctx, patient_id, new, helper_id=helper_id)
        if ctx.repeated
        else await accounts.insert_sign_in(
            ctx, Role.HELPER, new, label=label, patient_id=patient_id, helper_id=helper_id
        )
    )
    if not stored:
        raise SentBefore(field="id")
    return new


async def allow_helper(ctx: Context, patient_id: str, allowed: HelperAllowances) -> None:
    """Change what the patient's helper may read. Raises NotFound without a helper."""
    if not await store.save_allowances(ctx, patient_id, allowed):
        raise NotFound


async def end_helper(ctx: Context, patient_id: str, by: EndedBy) -> None:
    """End the patient's helper: the link and the device's sign-in stop working. Raises NotFound without one."""
    if not await store.end_helper(ctx, patient_id, by):
        raise NotFound
    await accounts.end_sign_ins_of_helpers(ctx, patient_id)


async def forget_helpers(ctx: Context, patient_id: str) -> None:
    """End the helper of a patient who leaves, and remove the names of all of them."""
    await store.end_helper(ctx, patient_id, EndedBy.PATIENT)
    await accounts.end_sign_ins_of_helpers(ctx, patient_id)
    await store.forget_names(ctx, patient_id)


async def helper_entering(ctx: Context) -> EnteredBy | None:
    """The helper who enters something for the patient; None when the patient acts."""
    if ctx.actor.role is not Role.HELPER:
        return None
    return EnteredBy(id=ctx.actor.id, name=await store.helper_name(ctx, ctx.actor.id), helper=True)
