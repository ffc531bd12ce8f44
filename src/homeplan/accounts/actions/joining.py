"""Staff join by a set-up link, and set up again by one. Its holder chooses a password, then a factor."""

import secrets

from homeplan.accounts import store
from homeplan.accounts.actions.sign_ins import sign_in_staff
from homeplan.accounts.actions.staff import add_staff
from homeplan.accounts.factors.actions import remove_all
from homeplan.accounts.model import (
    EmailTaken,
    InvitedStaff,
    LinkUnusable,
    NameNeeded,
    NewSignIn,
    NewStaffInvitation,
    OwnersOnly,
    StaffMember,
)
from homeplan.accounts.rules import INVITATION_LIFE, clean_email, may_change
from homeplan.actor import Role, Stage
from homeplan.context import Context
from homeplan.errors import NotFound, SentBefore
from homeplan.ids import new_id
from homeplan.settings import Settings

LINK_BYTES = 32


async def invite_staff(ctx: Context, *, invitation_id: str, email: str, role: Role) -> NewStaffInvitation:
    """A link for a new colleague; an earlier one for this email stops working.

    Asked for again under its id, it gets another token. Raises EmailTaken, and SentBefore when the invitation was used,
    or is for somebody else, and OwnersOnly when an administrator invites an owner.
    """
    if not may_change(ctx.actor, role):
        raise OwnersOnly
    if await store.is_email_taken(ctx, email):
        raise EmailTaken(field="email")
    new = _new_link(ctx, invitation_id, email=clean_email(email), role=role, staff_id=None)
    await ctx.tx.lock(f"staff-link:{ctx.clinic_id}:{new.email}")
    await store.void_links_of(ctx, new.email, but=invitation_id)
    if not await store.insert_staff_invitation(ctx, new):
        ctx.repeated = True
        if not await store.renew_staff_invitation(ctx, new):
            raise SentBefore(field="id")
    return new


async def reset_factors(ctx: Context, staff_id: str) -> NewStaffInvitation:
    """Remove the member's factors, sign them out everywhere, and make a link by which they set up again.

    They are told when they sign in next. Raises NotFound, and OwnersOnly when an administrator would get the link of an
    owner.
    """
    member = await store.find_staff(ctx, staff_id)
    if not may_change(ctx.actor, member.role):
        raise OwnersOnly
    await remove_all(ctx, staff_id)
    await store.end_sign_ins_of_staff(ctx, staff_id)
    await store.note_factors_reset(ctx, staff_id, ctx.now)
    await store.void_links_of(ctx, member.email)
    new = _new_link(ctx, new_id(ctx.now), email=member.email, role=member.role, staff_id=member.id)
    await store.insert_staff_invitation(ctx, new)
    return new


async def void_staff_invitation(ctx: Context, invitation_id: str) -> None:
    """Make the unused link of a new colleague useless. Raises NotFound."""
    if not await store.void_staff_invitation(ctx, invitation_id):
        raise NotFound


async def join_staff(
    ctx: Context, invited: InvitedStaff, *, name: str | None, password_hash: str, label: str, device_token: str
) -> NewSignIn:
    """Give the person of a redeemed link their password, and sign their browser in as far as setting up a factor.

    A person who was known is signed out everywhere else. Raises EmailTaken, NameNeeded, and LinkUnusable for one who
    is disabled.
    """
    member = await _member(ctx, invited, name, password_hash)
    ctx.act_as(invited.clinic_id, member.id, member.role)
    return await sign_in_staff(ctx, member, label=label, device_token=device_token, stage=Stage.SET_UP)


async def _member(ctx: Context, invited: InvitedStaff, name: str | None, password_hash: str) -> StaffMember:
    if invited.staff_id is None:
        if name is None:
            raise NameNeeded(field="name")
        return await add_staff(
            ctx,
            member_id=new_id(ctx.now),
            name=name,
            email=invited.email,
            role=invited.role,
            password_hash=password_hash,
        )
    member = await store.find_staff(ctx, invited.staff_id)
    if member.disabled_at is not None:
        raise LinkUnusable
    await store.set_password_hash(ctx, member.id, password_hash)
    await store.end_sign_ins_of_staff(ctx, member.id)
    return member


def set_up_link(settings: Settings, new: NewStaffInvitation) -> str:
    """The address to open; the token is in the fragment, so that it never reaches a log or a Referer."""
    return f"{settings.origin}/console/join#{new.token}"


def _new_link(ctx: Context, invitation_id: str, *, email: str, role: Role, staff_id: str | None) -> NewStaffInvitation:
    return NewStaffInvitation(
        id=invitation_id,
        token=secrets.token_urlsafe(LINK_BYTES),
        email=email,
        role=role,
        staff_id=staff_id,
        expires_at=ctx.now + INVITATION_LIFE,
    )
