"""The signed-in member of staff: signing in and out, the password, and where they are signed in."""

import logging

from homeplan.accounts import actions, store
from homeplan.accounts.admission import DEVICE_COOKIE, STAFF_COOKIE, client_ip
from homeplan.accounts.api.cookies import device_cookie, no_cookie, staff_cookie
from homeplan.accounts.model import (
    Clinic,
    Credentials,
    Email,
    NewSignIn,
    SignInRefused,
    SignInSummary,
    TypedSecret,
)
from homeplan.accounts.passwords import check_password, hash_in_pool, verify_in_pool
from homeplan.accounts.rules import clean_email, device_label
from homeplan.actor import Actor, Role
from homeplan.context import Context
from homeplan.http.answers import Answer
from homeplan.http.routes import public, staff
from homeplan.http.seam import Exchange
from homeplan.throttle import network
from homeplan.values import Id, Name, Value

log = logging.getLogger(__name__)


class SignInRequest(Value, frozen=True):
    """The email and password of a member of staff."""

    email: TypedSecret
    password: TypedSecret


class StaffMe(Value, frozen=True):
    """The signed-in member of staff and their clinic."""

    id: Id
    name: Name
    email: Email
    role: Role
    clinic: Clinic


@public.post("staff/sign-in", audit="staff.sign-in", own=True)
async def sign_in(exchange: Exchange, data: SignInRequest) -> Answer[StaffMe]:
    """Sign in. Unknown email, wrong password and disabled account get the same answer in the same time."""
    now, throttle, email = exchange.now, exchange.throttle, clean_email(data.email)
    ip = client_ip(exchange.request)
    device = exchange.request.cookies.get(DEVICE_COOKIE, "")
    credentials, owners = await exchange.read(lambda ctx: _find_credentials(ctx, data.email, device))
    if credentials is not None:
        exchange.tries(credentials.clinic_id, credentials.member.id)
    known = credentials is not None and credentials.member.id in owners
    throttle.check_sign_in(now, ip=ip, email=email, device=device if known else None)
    async with throttle.turn(known=known):
        fits = await verify_in_pool(data.password, None if credentials is None else credentials.password_hash)
    if credentials is None or not fits:
        if not known:
            throttle.note_failure(now, email)
        log.warning("sign-in refused from %s", network(ip))
        raise SignInRefused
    # Only the password is proved here. Any further proof is asked for at this place, before there is a sign-in.
    device = device if owners else actions.new_device_token()
    label = device_label(exchange.request.headers.get("user-agent", ""))
    new, me = await exchange.write(lambda ctx: _sign_in(ctx, credentials, label, device))
    throttle.forget_failures(email)
    return Answer(me, cookies=[staff_cookie(new.token, me.role), device_cookie(device)])


async def _find_credentials(ctx: Context, email: str, device: str) -> tuple[Credentials | None, set[str]]:
    credentials = await store.find_credentials(ctx, email)
    return credentials, await store.device_owners(ctx.of_clinic(credentials.clinic_id if credentials else ""), device)


async def _sign_in(ctx: Context, proved: Credentials, label: str, device: str) -> tuple[NewSignIn, StaffMe]:
    member = proved.member
    if await store.find_credentials(ctx, member.email) != proved:
        raise SignInRefused  # disabled, or given another password, while this one was checked
    ctx.act_as(proved.clinic_id, member.id, member.role)
    new = await actions.sign_in_staff(ctx, member, label=label, device_token=device)
    ctx.object_id = new.id
    return new, await _staff_me(ctx)


async def _staff_me(ctx: Context) -> StaffMe:
    member = await store.find_staff(ctx, ctx.actor.id)
    return StaffMe(
        id=member.id,
        name=member.name,
        email=member.email,
        role=member.role,
        clinic=await store.find_clinic(ctx),
    )


@staff.delete("staff/sign-in", audit="sign-in.end")
async def sign_out(ctx: Context) -> Answer[None]:
    """Sign out here. The device stays recognized, so that failures of strangers do not delay the next sign-in."""
    ctx.object_id = ctx.actor.sign_in_id
    await actions.end_sign_in(ctx, ctx.actor.sign_in_id)
    return Answer(None, cookies=[no_cookie(STAFF_COOKIE)])


@staff.get("staff/me")
async def read_staff_me(ctx: Context) -> StaffMe:
    """The member of staff who is signed in on this device."""
    return await _staff_me(ctx)


@staff.get("staff/sign-ins")
async def list_staff_sign_ins(ctx: Context) -> list[SignInSummary]:
    """The devices on which I am signed in."""
    return await store.list_sign_ins(ctx)


@staff.delete("staff/sign-ins/{sign_in_id}", audit="sign-in.end")
async def end_staff_sign_in(ctx: Context, sign_in_id: Id) -> None:
    """Sign me out on another device."""
    await actions.end_sign_in(ctx, sign_in_id)


class PasswordChange(Value, frozen=True):
    """The present password and the new one."""

    current_password: TypedSecret
    new_password: TypedSecret


@staff.put("staff/password", audit="staff.password", own=True)
async def change_password(exchange: Exchange, data: PasswordChange) -> Answer[StaffMe]:
    """Change my password. I am signed out everywhere and signed in again on this device."""
    device = exchange.request.cookies.get(DEVICE_COOKIE, "")

    async def load(ctx: Context) -> tuple[Actor, StaffMe, Credentials | None, set[str]]:
        me = await _staff_me(ctx)
        return ctx.actor, me, *await _find_credentials(ctx, me.email, device)

    actor, me, credentials, owners = await exchange.read(load)
    exchange.throttle.check_sign_in(exchange.now, ip=actor.ip, email=me.email, device=actor.sign_in_id)
    if credentials is None or not await verify_in_pool(data.current_password, credentials.password_hash):
        raise SignInRefused(field="currentPassword")
    check_password(data.new_password, me.email, field="newPassword")
    password_hash = await hash_in_pool(data.new_password)
    device = device if owners else actions.new_device_token()
    label = device_label(exchange.request.headers.get("user-agent", ""))

    async def change(ctx: Context) -> NewSignIn:
        ctx.object_id = me.id
        return await actions.change_password(ctx, credentials.member, password_hash, label=label, device_token=device)

    new = await exchange.write(change)
    return Answer(me, cookies=[staff_cookie(new.token, me.role), device_cookie(device)])


routes = [sign_in, sign_out, read_staff_me, list_staff_sign_ins, end_staff_sign_in, change_password]
