"""Staff are invited by an administrator, and join by the link with a password and a second factor of their own."""

import asyncio
from datetime import timedelta
from typing import Annotated, Literal

from msgspec import Meta

from homeplan.accounts import actions, store
from homeplan.accounts.admission import DEVICE_COOKIE
from homeplan.accounts.api.cookies import device_cookie, staff_cookie
from homeplan.accounts.model import (
    Email,
    InvitedStaff,
    LinkUnusable,
    NewSignIn,
    NewStaffInvitation,
    StaffInvitation,
    StaffRole,
    TypedSecret,
)
from homeplan.accounts.notices import tell_of_sign_in
from homeplan.accounts.passwords import check_in_pool, hash_in_pool
from homeplan.accounts.qr import qr_svg
from homeplan.accounts.rules import device_label
from homeplan.actor import Role
from homeplan.context import Context
from homeplan.errors import TooMany
from homeplan.forwarded import network_of
from homeplan.http.answers import Answer
from homeplan.http.exchange import Exchange
from homeplan.http.routes import admin, public
from homeplan.limits.actions import count_failure
from homeplan.limits.model import Limit
from homeplan.settings import Settings
from homeplan.values import Id, Instant, Name, Value

FAILURES = Limit(name="staff-link-network", most=10, within=timedelta(minutes=1))
"""Links from one network that do not work. One that works is taken however many others did not (256 bits)."""

LinkToken = Annotated[str, Meta(min_length=1, max_length=100)]


class InvitationOfStaff(Value, frozen=True):
    """A new colleague."""

    id: Id
    """Made by the form."""
    email: Email
    role: StaffRole


class InvitedColleague(Value, frozen=True):
    """A set-up link with its QR code and the id of its invitation. The link cannot be shown a second time."""

    id: Id
    link: str
    qr_svg: str
    expires_at: Instant


async def _shown(new: NewStaffInvitation, settings: Settings) -> InvitedColleague:
    link = actions.set_up_link(settings, new)
    qr = await asyncio.to_thread(qr_svg, link)  # 15 ms, in a thread so that other requests go on
    return InvitedColleague(id=new.id, link=link, qr_svg=qr, expires_at=new.expires_at)


@admin.get("staff/invitations")
async def list_staff_invitations(ctx: Context) -> list[StaffInvitation]:
    """Colleagues who are invited and have not joined yet."""
    return await store.list_staff_invitations(ctx)


@admin.post("staff/invitations", audit="staff.invite", after=_shown, confirmed=True)
async def invite_staff(ctx: Context, data: InvitationOfStaff) -> NewStaffInvitation:
    """Make a link by which a new colleague joins; an earlier one for this email stops working."""
    ctx.object_id = data.id
    return await actions.invite_staff(ctx, invitation_id=data.id, email=data.email, role=Role(data.role))


@admin.delete("staff/invitations/{invitation_id}", audit="staff.void-invitation", confirmed=True)
async def void_staff_invitation(ctx: Context, invitation_id: Id) -> None:
    """Make the unused link of a colleague useless."""
    await actions.void_staff_invitation(ctx, invitation_id)


@admin.post(
    "staff/members/{staff_id}/factors/reset", audit="staff.reset-factors", status=200, after=_shown, confirmed=True
)
async def reset_factors(ctx: Context, staff_id: Id) -> NewStaffInvitation:
    """Remove a colleague's second factors and sign them out; with the link they choose a password and a factor."""
    await tell_of_sign_in(ctx, staff_id, "sign-in-changed")
    return await actions.reset_factors(ctx, staff_id)


class LinkPreview(Value, frozen=True):
    """The token of a set-up link."""

    token: LinkToken


class PreviewedLink(Value, frozen=True):
    """Enough for the person to see that the link is theirs. `name` is there when they are known already."""

    clinic_name: Name
    email: Email
    role: Role
    name: Name | None


@public.post("staff/join/preview", status=200)
async def preview_staff_link(ctx: Context, data: LinkPreview) -> PreviewedLink | LinkUnusable | TooMany:
    """Tell whom the link is for, without using it up."""
    invited = await store.find_invited_staff(ctx, data.token)
    if invited is None:
        return await _unusable(ctx)
    await _enter(ctx, invited)
    return await _preview(ctx, invited)


async def _enter(ctx: Context, invited: InvitedStaff) -> None:
    """Continue within the clinic that the link is for."""
    await store.enter_clinic(ctx, invited.clinic_id)
    ctx.clinic_id = invited.clinic_id


async def _unusable(ctx: Context) -> LinkUnusable | TooMany:
    """Returned, not raised, so that the counted try is committed."""
    return await count_failure(ctx, FAILURES.of(network_of(ctx.actor.ip))) or LinkUnusable()


async def _preview(ctx: Context, invited: InvitedStaff) -> PreviewedLink:
    known = None if invited.staff_id is None else await store.find_staff(ctx, invited.staff_id)
    return PreviewedLink(
        clinic_name=(await store.find_clinic(ctx)).name,
        email=invited.email,
        role=invited.role if known is None else known.role,
        name=None if known is None else known.name,
    )


class Joining(Value, frozen=True):
    """The link's token, and the password that the person chooses; a new colleague also gives their name."""

    token: LinkToken
    password: TypedSecret
    name: Name | None = None


class Joined(Value, frozen=True):
    """The password is chosen; the second factor is set up next."""

    next: Literal["set-up"]


@public.post("staff/join", audit="staff.join", status=200, own=True)
async def join_staff(exchange: Exchange, data: Joining) -> Answer[Joined]:
    """Use the set-up link up: choose a password. The browser may then set up a second factor and nothing else."""

    async def load(ctx: Context) -> PreviewedLink | None:
        invited = await store.find_invited_staff(ctx, data.token)
        if invited is None:
            return None
        await _enter(ctx, invited)
        return await _preview(ctx, invited)

    link = await exchange.read(load)
    if link is None:
        raise await exchange.write(_unusable)
    own_words = (link.email, link.name or data.name or "", link.clinic_name)
    await check_in_pool(data.password, own_words, second_factor=False, breached=exchange.settings.breached_passwords)
    password_hash = await hash_in_pool(data.password)
    label = device_label(exchange.request.headers.get("user-agent", ""))
    former = exchange.request.cookies.get(DEVICE_COOKIE, "")

    async def work(ctx: Context) -> tuple[NewSignIn, Role, str]:
        invited = await store.redeem_staff_link(ctx, data.token)
        if invited is None:
            raise LinkUnusable
        await _enter(ctx, invited)
        device = former if await store.device_owners(ctx, former) else actions.new_device_token()
        new = await actions.join_staff(
            ctx, invited, name=data.name, password_hash=password_hash, label=label, device_token=device
        )
        ctx.object_id = invited.invitation_id
        return new, ctx.actor.role, device

    new, role, device = await exchange.write(work)
    return Answer(Joined(next="set-up"), cookies=[staff_cookie(new.token, role), device_cookie(device)])


routes = [
    list_staff_invitations,
    invite_staff,
    void_staff_invitation,
    reset_factors,
    preview_staff_link,
    join_staff,
]
